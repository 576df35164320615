"use client";

import { useQuery } from "@tanstack/react-query";
import { Cloud, Plus } from "lucide-react";
import { useState } from "react";
import { AddProvider } from "@/components/admin/add-provider";
import { ProviderRow } from "@/components/admin/provider-row";
import { ProviderRuleChoice } from "@/components/admin/provider-rule-choice";
import { providersQuery } from "@/components/admin/queries";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { List } from "@/components/ui/list";
import { PageHeader } from "@/components/ui/page-header";
import { SkeletonRows } from "@/components/ui/skeleton";

/** With which providers people here may exchange invites and shares. */
export function ProvidersScreen() {
  const { data, error, refetch } = useQuery(providersQuery);
  const [isAdding, setAdding] = useState(false);

  const addButton = (
    <Button variant="primary" onClick={() => setAdding(true)} data-testid="add-provider">
      <Plus aria-hidden />
      Add a provider
    </Button>
  );
  if (error) return <ErrorState error={error} onRetry={() => refetch()} />;
  return (
    <>
      <PageHeader
        title="Other clouds"
        description="With which providers people here may exchange invites and shares."
        actions={addButton}
      />
      {data && <ProviderRuleChoice rule={data.rule} />}
      {!data && <SkeletonRows />}
      {data?.items.length === 0 && (
        <EmptyState icon={Cloud} title="No other cloud is known yet">
          They appear here as people connect, or when you add one.
        </EmptyState>
      )}
      {data && data.items.length > 0 && (
        <List aria-label="Providers">
          {data.items.map((provider) => (
            <ProviderRow key={provider.provider} provider={provider} />
          ))}
        </List>
      )}
      {isAdding && <AddProvider onClose={() => setAdding(false)} />}
    </>
  );
}
