"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { Cloud, Plus, Search } from "lucide-react";
import { useDeferredValue, useState } from "react";
import { AddProvider } from "@/components/admin/add-provider";
import { ImportProviders } from "@/components/admin/import-providers";
import { ProviderRow } from "@/components/admin/provider-row";
import { ProviderRuleChoice } from "@/components/admin/provider-rule-choice";
import { providersQuery } from "@/components/admin/queries";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { List } from "@/components/ui/list";
import { PageHeader } from "@/components/ui/page-header";
import { SearchBox } from "@/components/ui/search-box";
import { ShowMore } from "@/components/ui/show-more";
import { SkeletonRows } from "@/components/ui/skeleton";

/** With which providers people here may exchange invites and shares. */
export function ProvidersScreen({ isMainSite }: { isMainSite: boolean }) {
  const [typed, setTyped] = useState("");
  const search = useDeferredValue(typed.trim());
  const query = useInfiniteQuery(providersQuery(search));
  const { data, error, refetch } = query;
  const [isAdding, setAdding] = useState(false);
  const [isImporting, setImporting] = useState(false);

  const actions = (
    <>
      <Button asChild>
        <a href="/api/admin/providers-file" download>
          Export
        </a>
      </Button>
      <Button onClick={() => setImporting(true)}>Import…</Button>
      <Button variant="primary" onClick={() => setAdding(true)} data-testid="add-provider">
        <Plus aria-hidden />
        Add a provider
      </Button>
    </>
  );
  const [first] = data?.pages ?? [];
  const providers = data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <PageHeader
        title="Other clouds"
        description="With which of them people here may exchange invites and shares."
        actions={actions}
      />
      {first && <ProviderRuleChoice rule={first.rule} />}
      {error && !first && <ErrorState error={error} onRetry={() => refetch()} />}
      {!error && !first && <SkeletonRows />}
      {(providers.length > 0 || typed) && (
        <SearchBox
          label="Search clouds"
          placeholder="Name or domain"
          value={typed}
          onChange={setTyped}
          className="mb-3"
        />
      )}
      {first && providers.length === 0 && search && <EmptyState icon={Search} title="No cloud is called that" />}
      {first && providers.length === 0 && !search && (
        <EmptyState icon={Cloud} title="No other cloud is known yet">
          They appear here as people connect, or when you add one.
        </EmptyState>
      )}
      {providers.length > 0 && (
        <List aria-label="Providers">
          {providers.map((provider) => (
            <ProviderRow key={provider.provider} provider={provider} />
          ))}
        </List>
      )}
      <ShowMore query={query} />
      {isImporting && <ImportProviders onClose={() => setImporting(false)} />}
      {isAdding && <AddProvider isMainSite={isMainSite} onClose={() => setAdding(false)} />}
    </>
  );
}
