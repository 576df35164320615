"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { SquareArrowOutUpRight } from "lucide-react";
import Link from "next/link";
import { useState } from "react";
import { sentSharesQuery } from "@/components/sharing/queries";
import { SentShareRow } from "@/components/sharing/sent-share-row";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { List } from "@/components/ui/list";
import { SearchBox } from "@/components/ui/search-box";
import { Segmented } from "@/components/ui/segmented";
import { ShowMore } from "@/components/ui/show-more";
import { SkeletonRows } from "@/components/ui/skeleton";
import type { SentShareView } from "@/lib/sharing/schema";

const FILTERS = {
  all: () => true,
  waiting: (share: SentShareView) => share.state === "queued" || share.state === "delivered",
  accepted: (share: SentShareView) => share.state === "accepted",
  attention: ({ state, untold }: SentShareView) =>
    ["failed", "declined", "left", "revoked"].includes(state) || untold?.hasGivenUp === true,
};
type Filter = keyof typeof FILTERS;

/** Everything I share, with whom, and how far each has come. */
export function SentShares() {
  const query = useInfiniteQuery(sentSharesQuery());
  const { data, error, refetch } = query;
  const [filter, setFilter] = useState<Filter>("all");
  const [search, setSearch] = useState("");
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <SkeletonRows label="Loading what you share" />;

  const shares = data.pages.flatMap((page) => page.items);
  if (shares.length === 0) {
    return (
      <EmptyState
        icon={SquareArrowOutUpRight}
        title="You have not shared anything yet"
        action={
          <Button asChild variant="primary">
            <Link href="/files">Go to Files</Link>
          </Button>
        }
      >
        Choose a file or folder, press Share, and type a name. It works with people on other clouds too.
      </EmptyState>
    );
  }
  const wanted = search.trim().toLocaleLowerCase();
  const shown = shares.filter(
    (share) =>
      FILTERS[filter](share) &&
      `${share.name} ${share.recipientName} ${share.provider}`.toLocaleLowerCase().includes(wanted),
  );
  const ended = shown.filter((share) => share.state === "revoked");
  return (
    <>
      <div className="mb-4 flex flex-wrap items-center gap-3">
        <SearchBox
          label="Filter by name, person or cloud"
          placeholder="Name, person or cloud"
          value={search}
          onChange={setSearch}
          className="min-w-48 flex-1"
        />
        <Segmented
          aria-label="Show"
          value={filter}
          onChange={setFilter}
          options={[
            { value: "all", label: "All" },
            { value: "waiting", label: "Waiting" },
            { value: "accepted", label: "Accepted" },
            { value: "attention", label: "Problems" },
          ]}
        />
      </div>
      {shown.length === 0 ? (
        <p className="py-12 text-center text-muted">
          {query.hasNextPage
            ? "Nothing of what is shown so far fits this filter."
            : "Nothing you share fits this filter."}
        </p>
      ) : (
        <Rows shares={shown.filter((share) => share.state !== "revoked")} />
      )}
      {ended.length > 0 && (
        <section className="mt-8">
          <h2 className="mb-2 font-medium text-muted text-sm">Stopped, but the other cloud does not know</h2>
          <Rows shares={ended} />
        </section>
      )}
      <ShowMore query={query} />
    </>
  );
}

function Rows({ shares }: { shares: SentShareView[] }) {
  if (shares.length === 0) return null;
  return (
    <List>
      {shares.map((share) => (
        <SentShareRow key={share.id} share={share} />
      ))}
    </List>
  );
}
