"use client";

import type { InfiniteData, UseInfiniteQueryResult } from "@tanstack/react-query";
import { type LucideIcon, Search } from "lucide-react";
import { type ReactNode, useDeferredValue, useState } from "react";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { List } from "@/components/ui/list";
import { PageHeader } from "@/components/ui/page-header";
import { SearchBox } from "@/components/ui/search-box";
import { ShowMore } from "@/components/ui/show-more";
import { SkeletonRows } from "@/components/ui/skeleton";

type SearchedScreenProps = {
  title: string;
  description: string;
  /** Makes a new one. */
  add: { label: string; icon: LucideIcon; onClick: () => void; testId: string };
  box: { label: string; placeholder: string };
  /** The list, of what is searched for. */
  children: (search: string) => ReactNode;
};

/** What a site has many of: a list that one searches, and adds to. */
export function SearchedScreen({ title, description, add, box, children }: SearchedScreenProps) {
  const [typed, setTyped] = useState("");
  const search = useDeferredValue(typed.trim());
  const { icon: Icon } = add;
  return (
    <>
      <PageHeader
        title={title}
        description={description}
        actions={
          <Button variant="primary" onClick={add.onClick} data-testid={add.testId}>
            <Icon aria-hidden />
            {add.label}
          </Button>
        }
      />
      <SearchBox {...box} value={typed} onChange={setTyped} className="mb-3" />
      {children(search)}
    </>
  );
}

type SearchedListProps<Row> = {
  label: string;
  query: UseInfiniteQueryResult<InfiniteData<{ items: Row[] }>>;
  /** A sentence for where nothing is called so. */
  noneFound: string;
  /** Shown where there is none at all, whatever is searched for. */
  none?: ReactNode;
  children: (row: Row) => ReactNode;
};

export function SearchedList<Row>({ label, query, noneFound, none, children }: SearchedListProps<Row>) {
  const { data, error, refetch } = query;
  if (error) return <ErrorState error={error} onRetry={() => refetch()} />;
  if (!data) return <SkeletonRows />;
  const rows = data.pages.flatMap((page) => page.items);
  if (rows.length === 0) return none || <EmptyState icon={Search} title={noneFound} />;
  return (
    <>
      <List aria-label={label}>{rows.map(children)}</List>
      <ShowMore query={query} />
    </>
  );
}
