"use client";

import { useQuery } from "@tanstack/react-query";
import { shareRequestsQuery } from "@/components/sharing/queries";
import { RequestCard } from "@/components/sharing/request-card";

/** What people ask for and wait to hear. Nothing while nobody asks. */
export function ShareRequests() {
  const { data: requests = [] } = useQuery(shareRequestsQuery);
  if (requests.length === 0) return null;
  return (
    <section className="mb-8">
      <h2 className="mb-2 font-medium text-muted text-sm">Asked of you</h2>
      <ul className="flex flex-col gap-3">
        {requests.map((request) => (
          <RequestCard key={request.id} request={request} />
        ))}
      </ul>
    </section>
  );
}
