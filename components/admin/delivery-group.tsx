"use client";

import Link from "next/link";
import { DeliveryRow } from "@/components/admin/delivery-row";
import { NextTry } from "@/components/admin/next-try";
import { useRetryDeliveries } from "@/components/admin/queries";
import { Button } from "@/components/ui/button";
import { CloudBadge } from "@/components/ui/cloud-badge";
import { formatCount } from "@/components/ui/format";
import { List } from "@/components/ui/list";
import { NoticeLine } from "@/components/ui/notice-line";
import { toast } from "@/components/ui/toast";
import type { DeliveryView } from "@/lib/admin/schema";

/** What one cloud has not heard. */
export function DeliveryGroup({ provider, deliveries }: { provider: string; deliveries: DeliveryView[] }) {
  const retry = useRetryDeliveries();
  const restsUntil = deliveries[0]?.restsUntil;
  const retryAll = () =>
    retry.mutate(provider, {
      onSuccess: ({ count }) => toast(`${formatCount(count, "delivery is", "deliveries are")} tried again now.`),
      onError: toast.failed,
    });

  return (
    <section className="mb-6" aria-label={provider}>
      <header className="mb-2 flex flex-wrap items-center justify-between gap-2">
        <h2 className="min-w-0 font-medium">
          <CloudBadge provider={provider} className="max-w-full" />
        </h2>
        <div className="flex items-center gap-2">
          <Button variant="ghost" size="sm" asChild>
            <Link href={`/admin/doctor?${new URLSearchParams({ domain: provider })}`}>Check connection</Link>
          </Button>
          {deliveries.length > 1 && (
            <Button size="sm" isBusy={retry.isPending} onClick={retryAll}>
              Try all again
            </Button>
          )}
        </div>
      </header>
      {restsUntil && (
        <NoticeLine tone="warning" className="mb-2">
          This cloud does not work just now. It is tried again <NextTry at={restsUntil} />, with one message; the others
          wait until it answers. Nothing is lost.
        </NoticeLine>
      )}
      <List aria-label={`Deliveries to ${provider}`}>
        {deliveries.map((delivery) => (
          <DeliveryRow key={delivery.id} delivery={delivery} />
        ))}
      </List>
    </section>
  );
}
