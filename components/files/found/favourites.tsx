"use client";

import { Star } from "lucide-react";
import { FoundItems } from "@/components/files/found/found-items";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";

export function Favourites() {
  return (
    <>
      <PageHeader title="Favourites" description="What you want at hand, wherever it stands. Nobody else sees it." />
      <FoundItems which="favourites">
        <EmptyState icon={Star} title="No favourites yet">
          Open the menu of a file or folder and add it to your favourites. It appears here.
        </EmptyState>
      </FoundItems>
    </>
  );
}
