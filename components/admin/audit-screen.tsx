"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { Download, Search } from "lucide-react";
import { useSearchParams } from "next/navigation";
import { useDeferredValue, useState } from "react";
import { type AuditTyped, auditHref, filterOf, typedOf } from "@/components/admin/audit-filter";
import { AuditFilters } from "@/components/admin/audit-filters";
import { AuditRow } from "@/components/admin/audit-row";
import { auditQuery } from "@/components/admin/queries";
import { urlOf } from "@/components/api";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { List } from "@/components/ui/list";
import { PageHeader } from "@/components/ui/page-header";
import { ShowMore } from "@/components/ui/show-more";
import { SkeletonRows } from "@/components/ui/skeleton";
import type { AuditFilter } from "@/lib/admin/schema";

/** Who did what on this cloud. The address says what is asked for, so it can be kept and linked to. */
export function AuditScreen() {
  const params = useSearchParams();
  const [typed, setTyped] = useState(() => typedOf(params));
  const filter = filterOf(useDeferredValue(typed));
  const query = useInfiniteQuery(auditQuery(filter));
  const { data, error, refetch } = query;

  function ask(next: AuditTyped) {
    setTyped(next);
    window.history.replaceState(null, "", auditHref(next));
  }

  if (error) return <ErrorState error={error} onRetry={() => refetch()} />;
  const entries = data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <PageHeader
        title="Audit trail"
        description="Who did what on this cloud, newest first."
        actions={
          <>
            <ExportLink filter={filter} format="csv" label="CSV" />
            <ExportLink filter={filter} format="jsonl" label="JSON lines" />
          </>
        }
      />
      <AuditFilters typed={typed} onChange={ask} actions={data?.pages[0]?.actions ?? []} />
      {!data && <SkeletonRows />}
      {data && entries.length === 0 && <EmptyState icon={Search} title="There is no such entry" />}
      {entries.length > 0 && (
        <List aria-label="Audit trail">
          {entries.map((entry) => (
            <AuditRow key={entry.id} entry={entry} />
          ))}
        </List>
      )}
      <ShowMore query={query} />
    </>
  );
}

/** What the filter shows, as a file. */
function ExportLink({ filter, format, label }: { filter: AuditFilter; format: "csv" | "jsonl"; label: string }) {
  return (
    <Button asChild>
      <a href={urlOf("/api/admin/audit/export", { ...filter, format })} download aria-label={`Export as ${label}`}>
        <Download aria-hidden />
        {label}
      </a>
    </Button>
  );
}
