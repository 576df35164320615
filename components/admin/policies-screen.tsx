"use client";

import { useQuery } from "@tanstack/react-query";
import { PoliciesForm } from "@/components/admin/policies-form";
import { policiesQuery } from "@/components/admin/queries";
import { ErrorState } from "@/components/ui/error-state";
import { PageHeader } from "@/components/ui/page-header";
import { SkeletonRows } from "@/components/ui/skeleton";

export function PoliciesScreen() {
  const { data: policies, error, refetch } = useQuery(policiesQuery);

  return (
    <>
      <PageHeader title="Policies" description="What holds for everybody on this cloud." />
      {error && <ErrorState error={error} onRetry={() => refetch()} />}
      {!error && !policies && <SkeletonRows />}
      {policies && <PoliciesForm policies={policies} />}
    </>
  );
}
