"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useState } from "react";
import { auditHref } from "@/components/admin/audit-filter";
import { PrivateNetwork } from "@/components/admin/private-network";
import { ProviderDays } from "@/components/admin/provider-days";
import { ProviderKeys } from "@/components/admin/provider-keys";
import { ProviderManners } from "@/components/admin/provider-manners";
import { describeManners, standingOf } from "@/components/admin/provider-words";
import { type ProviderWhole, providerQuery } from "@/components/admin/queries";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { ErrorState } from "@/components/ui/error-state";
import { formatCount } from "@/components/ui/format";
import { NoticeLine } from "@/components/ui/notice-line";
import { PageHeader } from "@/components/ui/page-header";
import { Section } from "@/components/ui/section";
import { SkeletonRows } from "@/components/ui/skeleton";
import { Time } from "@/components/ui/time";

const BACK = { href: "/admin/providers", label: "Other clouds" };

/** All that is known of one other cloud, and how it is dealt with. */
export function ProviderScreen({ provider: name, isMainSite }: { provider: string; isMainSite: boolean }) {
  const { data: provider, error, refetch } = useQuery(providerQuery(name));
  const [isMinding, setMinding] = useState(false);
  const standing = provider && standingOf(provider);
  return (
    <>
      <PageHeader
        back={BACK}
        title={provider?.name ?? name}
        badge={standing && <Badge tone={standing.tone}>{standing.label}</Badge>}
        description={provider?.name && name}
        actions={
          <>
            <Button asChild>
              <Link href={auditHref({ provider: name })}>Who did what</Link>
            </Button>
            <Button asChild>
              <Link href={`/admin/doctor?${new URLSearchParams({ domain: name })}`}>Check connection</Link>
            </Button>
            <Button variant="primary" disabled={!provider} onClick={() => setMinding(true)}>
              How to deal with it…
            </Button>
          </>
        }
      />
      {error && <ErrorState error={error} onRetry={() => refetch()} />}
      {!error && !provider && <SkeletonRows />}
      {!error && provider && <Known provider={provider} isMainSite={isMainSite} />}
      {isMinding && provider && <ProviderManners provider={provider} onClose={() => setMinding(false)} />}
    </>
  );
}

function Known({ provider, isMainSite }: { provider: ProviderWhole; isMainSite: boolean }) {
  const { ties } = provider;
  return (
    <>
      {provider.failure && (
        <NoticeLine tone="warning" className="mb-6">
          {provider.failure}
        </NoticeLine>
      )}
      <Section title="Contacts and shares">
        <p>
          {formatCount(ties.contacts, "contact of people here", "contacts of people here")},{" "}
          {formatCount(ties.shares, "share", "shares")}
        </p>
        <p className="mt-1 text-muted text-sm">
          First seen <Time iso={provider.firstSeenAt} />
          {provider.lastSeenAt && (
            <>
              , last seen <Time iso={provider.lastSeenAt} />
            </>
          )}
        </p>
      </Section>
      <Section title="How it is dealt with">
        <ul className="flex flex-col gap-1">
          {describeManners(provider).map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      </Section>
      {isMainSite && <PrivateNetwork provider={provider} />}
      <Section title="Health" description="How it answered this cloud, day by day, and how fast on average.">
        <ProviderDays days={provider.days} />
      </Section>
      <Section title="Keys" description="With which its messages were checked. Compare one with its administrator.">
        {provider.heard && (
          <p className="mb-3 break-words text-muted text-sm">
            Last signed <Time iso={provider.heard.at} /> with {provider.heard.algorithm}, key {provider.heard.keyid}
          </p>
        )}
        <ProviderKeys keys={provider.seenKeys} />
      </Section>
    </>
  );
}
