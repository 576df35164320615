"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { ChangeKeys } from "@/components/admin/change-keys";
import { KeyLifetime } from "@/components/admin/key-lifetime";
import { keysQuery } from "@/components/admin/key-queries";
import { KeyRow } from "@/components/admin/key-row";
import { Button } from "@/components/ui/button";
import { ErrorState } from "@/components/ui/error-state";
import { List } from "@/components/ui/list";
import { PageHeader } from "@/components/ui/page-header";
import { Section } from "@/components/ui/section";
import { SkeletonRows } from "@/components/ui/skeleton";
import type { SiteKeyView } from "@/lib/sites/schema";
import { DIALECT_NAMES } from "@/lib/trust/dialects/schema";

const KINDS = [
  {
    kind: "ed25519",
    title: "For most clouds",
    description:
      "Ed25519. Other administrators can compare the fingerprint with the one that their cloud shows of yours.",
  },
  {
    kind: "es256",
    title: "For clouds that know ES256 only",
    description: "They show that by their own keys, or an administrator here has chosen it for them.",
  },
  {
    kind: "rsa",
    title: "For clouds that know RSA only",
    description: `Among them those that check signatures of an older kind, as ${DIALECT_NAMES.nextcloud}.`,
  },
] as const;

/** What this cloud proves with that a message is its own. */
export function KeysScreen() {
  const { data, error, refetch } = useQuery(keysQuery);
  const [isChanging, setChanging] = useState(false);

  return (
    <>
      <PageHeader
        title="Keys"
        description="With its keys this cloud signs what it sends, so that others know it is from here. They change by themselves."
        actions={
          <Button onClick={() => setChanging(true)} data-testid="change-keys">
            Change keys now
          </Button>
        }
      />
      {error && <ErrorState error={error} onRetry={() => refetch()} />}
      {!error && !data && <SkeletonRows />}
      {data && (
        <>
          {KINDS.map(({ kind, title, description }) => (
            <Section key={kind} title={title} description={description}>
              <Keys title={title} keys={data.items.filter((key) => key.kind === kind)} />
            </Section>
          ))}
          <Section title="Schedule" description="A key that is changed in time is of little use to whoever steals it.">
            <KeyLifetime days={data.lifetimeDays} />
          </Section>
        </>
      )}
      {isChanging && <ChangeKeys onClose={() => setChanging(false)} />}
    </>
  );
}

function Keys({ title, keys }: { title: string; keys: SiteKeyView[] }) {
  if (keys.length === 0) return <p className="text-muted text-sm">It is made when the first cloud asks for keys.</p>;
  return (
    <List aria-label={title}>
      {keys.map((key) => (
        <KeyRow key={key.kid} siteKey={key} />
      ))}
    </List>
  );
}
