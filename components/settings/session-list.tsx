"use client";

import { useQuery } from "@tanstack/react-query";
import { signOut } from "next-auth/react";
import { sessionsQuery, useEndSession, useSignOutEverywhere } from "@/components/settings/queries";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { ErrorState } from "@/components/ui/error-state";
import { List, ListRow } from "@/components/ui/list";
import { SkeletonRows } from "@/components/ui/skeleton";
import { Time } from "@/components/ui/time";
import { toast } from "@/components/ui/toast";

/** Every browser in which I am signed in; each can be ended. */
export function SessionList() {
  const { data: sessions, error, refetch } = useQuery(sessionsQuery);
  const end = useEndSession();
  const everywhere = useSignOutEverywhere();
  const complain = (failure: Error) => toast.error(failure.message);

  const leaveEverywhere = () =>
    everywhere.mutate(undefined, { onSuccess: () => signOut({ callbackUrl: "/sign-in" }), onError: complain });

  if (error) return <ErrorState error={error} onRetry={() => refetch()} />;
  if (!sessions) return <SkeletonRows count={2} />;
  return (
    <div className="flex flex-col items-start gap-4">
      <List className="w-full" aria-label="Sessions">
        {sessions.map((session) => (
          <ListRow
            key={session.id}
            end={
              session.isCurrent ? (
                <Badge tone="accent">This browser</Badge>
              ) : (
                <Button size="sm" onClick={() => end.mutate(session.id, { onError: complain })}>
                  Sign out
                </Button>
              )
            }
          >
            <p className="truncate font-medium">{browserName(session.userAgent)}</p>
            <p className="truncate text-muted text-sm">
              {session.address}, last seen <Time iso={session.lastSeenAt} />
            </p>
          </ListRow>
        ))}
      </List>
      <Button onClick={leaveEverywhere} isBusy={everywhere.isPending}>
        Sign out everywhere
      </Button>
    </div>
  );
}

const BROWSERS = ["Edg", "OPR", "Firefox", "Chrome", "Safari"] as const;
const NAMES: Partial<Record<string, string>> = { Edg: "Edge", OPR: "Opera" };
const SYSTEMS: [RegExp, string][] = [
  [/Android/, "Android"],
  [/iPhone|iPad/, "iOS"],
  [/Windows/, "Windows"],
  [/Mac OS/, "macOS"],
  [/Linux/, "Linux"],
];

/** "Firefox on Linux", as far as the browser tells. */
function browserName(userAgent: string): string {
  const browser = BROWSERS.find((name) => userAgent.includes(`${name}/`));
  const system = SYSTEMS.find(([pattern]) => pattern.test(userAgent))?.[1];
  if (!browser) return "Another program";
  return `${NAMES[browser] ?? browser}${system ? ` on ${system}` : ""}`;
}
