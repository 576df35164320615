"use client";

import { Clock } from "lucide-react";
import { FoundItems } from "@/components/files/found/found-items";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";

export function Recent() {
  return (
    <>
      <PageHeader title="Recent" description="Your files that changed last, and what was shared with you last." />
      <FoundItems which="recent">
        <EmptyState icon={Clock} title="Nothing here yet">
          When you upload or change a file, it appears here.
        </EmptyState>
      </FoundItems>
    </>
  );
}
