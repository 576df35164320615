"use client";

import { useQuery } from "@tanstack/react-query";
import { BookUser, Plus } from "lucide-react";
import { useState } from "react";
import { AddDirectory } from "@/components/admin/add-directory";
import { directoriesQuery } from "@/components/admin/directory-queries";
import { DirectoryRow } from "@/components/admin/directory-row";
import { OwnDirectory } from "@/components/admin/own-directory";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { List } from "@/components/ui/list";
import { PageHeader } from "@/components/ui/page-header";
import { SkeletonRows } from "@/components/ui/skeleton";

/** Lists of clouds that others keep, and the one that is kept here. */
export function DirectoriesScreen() {
  const { data, error, refetch } = useQuery(directoriesQuery);
  const [isAdding, setAdding] = useState(false);

  return (
    <>
      <PageHeader
        title="Directories"
        description="Signed lists of clouds. Whoever opens an invite from here finds their own cloud by them."
        actions={
          <Button variant="primary" onClick={() => setAdding(true)} data-testid="add-directory">
            <Plus aria-hidden />
            Follow a directory
          </Button>
        }
      />
      {error && <ErrorState error={error} onRetry={() => refetch()} />}
      {!error && !data && <SkeletonRows />}
      {data?.items.length === 0 && (
        <EmptyState icon={BookUser} title="You follow no directory">
          Whoever keeps one gives you its address and its key.
        </EmptyState>
      )}
      {data && data.items.length > 0 && (
        <List aria-label="Directories you follow">
          {data.items.map((directory) => (
            <DirectoryRow key={directory.id} directory={directory} />
          ))}
        </List>
      )}
      {data && <OwnDirectory own={data.own} />}
      {isAdding && <AddDirectory onClose={() => setAdding(false)} />}
    </>
  );
}
