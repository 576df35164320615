"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { Inbox } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";
import { EndedShareRow } from "@/components/sharing/ended-share-row";
import { OfferCard } from "@/components/sharing/offer-card";
import { receivedSharesQuery } from "@/components/sharing/queries";
import { ReceivedShareRow } from "@/components/sharing/received-share-row";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { List } from "@/components/ui/list";
import { ShowMore } from "@/components/ui/show-more";
import { SkeletonRows } from "@/components/ui/skeleton";
import type { ReceivedShareView } from "@/lib/sharing/schema";

/** What others share with me: offers first, then what I have, then what has ended. */
export function ReceivedShares() {
  const query = useInfiniteQuery(receivedSharesQuery);
  const { data, error, refetch } = query;
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <SkeletonRows label="Loading what is shared with you" />;

  const shares = data.pages.flatMap((page) => page.items);
  const pending = shares.filter((share) => share.state === "pending");
  const offers = pending.filter((share) => !share.request);
  const requests = pending.filter((share) => share.request);
  const accepted = shares.filter((share) => share.state === "accepted");
  const ended = shares.filter((share) => share.state !== "pending" && share.state !== "accepted");
  if (shares.length === 0) {
    return (
      <EmptyState
        icon={Inbox}
        title="Nothing is shared with you yet"
        action={
          <Button asChild variant="primary">
            <Link href="/invites">Invite someone</Link>
          </Button>
        }
      >
        Once you are connected with a person, on this cloud or another, what they share with you appears here.
      </EmptyState>
    );
  }
  return (
    <div className="flex flex-col gap-8">
      <Offers title="Waiting for your answer" offers={offers} />
      {accepted.length > 0 && (
        <Section title="In your files">
          <List>
            {accepted.map((share) => (
              <ReceivedShareRow key={share.id} share={share} />
            ))}
          </List>
        </Section>
      )}
      <Offers title="Requests from people you do not know" offers={requests} />
      {ended.length > 0 && (
        <Section title="Ended">
          <List>
            {ended.map((share) => (
              <EndedShareRow key={share.id} share={share} />
            ))}
          </List>
        </Section>
      )}
      <ShowMore query={query} />
    </div>
  );
}

function Offers({ title, offers }: { title: string; offers: ReceivedShareView[] }) {
  if (offers.length === 0) return null;
  return (
    <Section title={title}>
      <ul className="flex flex-col gap-3" aria-live="polite">
        {offers.map((share) => (
          <OfferCard key={share.id} share={share} />
        ))}
      </ul>
    </Section>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h2 className="mb-2 font-medium text-muted text-sm">{title}</h2>
      {children}
    </section>
  );
}
