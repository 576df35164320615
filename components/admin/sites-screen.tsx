"use client";

import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState } from "react";
import { CreateSite } from "@/components/admin/create-site";
import { sitesQuery } from "@/components/admin/queries";
import { SiteRow } from "@/components/admin/site-row";
import { Button } from "@/components/ui/button";
import { ErrorState } from "@/components/ui/error-state";
import { List } from "@/components/ui/list";
import { PageHeader } from "@/components/ui/page-header";
import { SkeletonRows } from "@/components/ui/skeleton";

/** The clouds of this installation: each for itself, with people, files and administrators of its own. */
export function SitesScreen() {
  const { data, error, refetch } = useQuery(sitesQuery);
  const [isAdding, setAdding] = useState(false);

  if (error) return <ErrorState error={error} onRetry={() => refetch()} />;
  return (
    <>
      <PageHeader
        title="Sites"
        description="The clouds that run here. Each has its own address, people, files and administrators."
        actions={
          <Button variant="primary" onClick={() => setAdding(true)} data-testid="create-site">
            <Plus aria-hidden />
            Open a site
          </Button>
        }
      />
      {data ? (
        <List aria-label="Sites">
          {data.items.map((site) => (
            <SiteRow key={site.id} site={site} />
          ))}
        </List>
      ) : (
        <SkeletonRows />
      )}
      {isAdding && <CreateSite onClose={() => setAdding(false)} />}
    </>
  );
}
