"use client";

import { useQuery } from "@tanstack/react-query";
import { DoctorStepRow } from "@/components/admin/doctor-step-row";
import { doctorQuery } from "@/components/admin/queries";
import { CloudBadge } from "@/components/ui/cloud-badge";
import { CopyButton } from "@/components/ui/copy-button";
import { ErrorState } from "@/components/ui/error-state";
import { DOCTOR_STEPS, reportText, verdictOf } from "@/lib/admin/doctor/schema";

/** Runs as soon as it is shown. */
export function DoctorReport({ asked }: { asked: { domain: string; count: number } }) {
  const { data: steps = [], error, isFetching, refetch } = useQuery(doctorQuery(asked));
  if (error) return <ErrorState error={error} title="The check broke off" onRetry={() => refetch()} />;

  const { domain } = asked;
  const isDone = !isFetching && steps.length > 0;
  return (
    <section aria-label={`Connection with ${domain}`}>
      <header className="mb-3 flex min-h-9 flex-wrap items-center justify-between gap-2">
        <div className="min-w-0">
          <CloudBadge provider={domain} className="max-w-full font-medium" />
          <p role="status" className="text-muted text-sm">
            {isDone ? verdictOf(steps) : "Checking…"}
          </p>
        </div>
        {isDone && <CopyButton text={reportText(domain, steps)} label="Copy report" size="sm" />}
      </header>
      <ol className="divide-y overflow-hidden rounded-md border bg-surface">
        {DOCTOR_STEPS.map(({ id }, place) => (
          <DoctorStepRow key={id} id={id} step={steps[place]} isRunning={isFetching && place === steps.length} />
        ))}
      </ol>
    </section>
  );
}
