"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { CircleCheck, Search } from "lucide-react";
import { useDeferredValue, useState } from "react";
import { DeliveryGroup } from "@/components/admin/delivery-group";
import { deliveriesQuery } from "@/components/admin/queries";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { PageHeader } from "@/components/ui/page-header";
import { SearchBox } from "@/components/ui/search-box";
import { Segmented } from "@/components/ui/segmented";
import { ShowMore } from "@/components/ui/show-more";
import { SkeletonRows } from "@/components/ui/skeleton";
import type { DeliveryPage, DeliveryState, DeliveryView } from "@/lib/admin/schema";

const STATES: readonly { value: DeliveryState; label: string }[] = [
  { value: "waiting", label: "Waiting" },
  { value: "retrying", label: "Trying again" },
  { value: "given-up", label: "Given up" },
];

/** What other clouds have not heard yet. */
export function DeliveriesScreen() {
  const [state, setState] = useState<DeliveryState | "all">("all");
  const [typed, setTyped] = useState("");
  const search = useDeferredValue(typed.trim());
  const query = useInfiniteQuery(deliveriesQuery({ state, search }));
  const { data, error, refetch } = query;

  if (error) return <ErrorState error={error} onRetry={() => refetch()} />;
  const counts = data?.pages[0]?.counts;
  const groups = byProvider(data?.pages.flatMap((page) => page.items) ?? []);
  const isNarrowed = state !== "all" || search !== "";
  return (
    <>
      <PageHeader title="Deliveries" description="What other clouds have not heard yet from people here, and why." />
      <div className="mb-4 flex flex-wrap items-center gap-3">
        <div className="max-w-full overflow-x-auto">
          <Segmented aria-label="Which deliveries" value={state} onChange={setState} options={optionsWith(counts)} />
        </div>
        <SearchBox
          label="Search clouds"
          placeholder="Domain"
          value={typed}
          onChange={setTyped}
          className="min-w-48 flex-1"
        />
      </div>
      {!data && <SkeletonRows />}
      {data && groups.length === 0 && isNarrowed && <EmptyState icon={Search} title="There is nothing of that kind" />}
      {data && groups.length === 0 && !isNarrowed && (
        <EmptyState icon={CircleCheck} title="Everything was delivered">
          Offers, changes and answers that another cloud has not heard yet are listed here.
        </EmptyState>
      )}
      {groups.map(([provider, deliveries]) => (
        <DeliveryGroup key={provider} provider={provider} deliveries={deliveries} />
      ))}
      <ShowMore query={query} />
    </>
  );
}

function optionsWith(counts: DeliveryPage["counts"] | undefined) {
  const counted = STATES.map(({ value, label }) => {
    const count = counts?.[value] ?? 0;
    return { value, label: count > 0 ? `${label} (${count})` : label };
  });
  return [{ value: "all" as const, label: "All" }, ...counted];
}

/** They come cloud by cloud. */
function byProvider(deliveries: DeliveryView[]): [string, DeliveryView[]][] {
  const groups = new Map<string, DeliveryView[]>();
  for (const delivery of deliveries) {
    groups.set(delivery.provider, [...(groups.get(delivery.provider) ?? []), delivery]);
  }
  return [...groups];
}
