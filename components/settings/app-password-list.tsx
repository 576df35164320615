"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useState } from "react";
import { MakeAppPassword } from "@/components/settings/make-app-password";
import { appPasswordsQuery, useRevokeAllAppPasswords, useRevokeAppPassword } from "@/components/settings/queries";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { ErrorState } from "@/components/ui/error-state";
import { formatDate } from "@/components/ui/format";
import { List, ListRow } from "@/components/ui/list";
import { SkeletonRows } from "@/components/ui/skeleton";
import { Time } from "@/components/ui/time";
import { toast } from "@/components/ui/toast";
import type { AppPasswordView } from "@/lib/identity/schema";

/** Every program that may act for me without a browser; each can be shut out, or all at once. */
export function AppPasswordList({ userName }: { userName: string }) {
  const { data: passwords, error, refetch } = useQuery(appPasswordsQuery);
  const [opened, setOpened] = useState<"make" | "revoke-all" | null>(null);
  const revokeAll = useRevokeAllAppPasswords();
  const close = () => setOpened(null);

  if (error) return <ErrorState error={error} onRetry={() => refetch()} />;
  if (!passwords) return <SkeletonRows count={2} />;
  return (
    <div className="flex flex-col items-start gap-4">
      {passwords.length > 0 && (
        <List className="w-full" aria-label="App passwords">
          {passwords.map((password) => (
            <AppPasswordRow key={password.id} password={password} />
          ))}
        </List>
      )}
      <div className="flex flex-wrap gap-2">
        <Button onClick={() => setOpened("make")} data-testid="make-app-password">
          Make an app password
        </Button>
        <Button asChild variant="ghost">
          <Link href="/device">A program shows a code…</Link>
        </Button>
        {passwords.length > 1 && (
          <Button variant="ghost" onClick={() => setOpened("revoke-all")}>
            Revoke all
          </Button>
        )}
      </div>
      {opened === "make" && <MakeAppPassword userName={userName} onClose={close} />}
      <ConfirmDialog
        isOpen={opened === "revoke-all"}
        onClose={close}
        onConfirm={() =>
          revokeAll.mutate(undefined, { onSuccess: close, onError: (failure) => toast.error(failure.message) })
        }
        title="Revoke all app passwords?"
        confirmLabel="Revoke all"
        isBusy={revokeAll.isPending}
      >
        <p>Every program that uses one stops at once. To let it in again, give it a new one.</p>
      </ConfirmDialog>
    </div>
  );
}

function AppPasswordRow({ password }: { password: AppPasswordView }) {
  const revoke = useRevokeAppPassword();
  const { id, name, scopes, lastUsedAt, expiresAt, hasExpired } = password;
  return (
    <ListRow
      data-testid="app-password-row"
      end={
        <>
          {hasExpired && <Badge tone="warning">Ended</Badge>}
          <Button
            size="sm"
            isBusy={revoke.isPending}
            onClick={() => revoke.mutate(id, { onError: (failure) => toast.error(failure.message) })}
          >
            Revoke<span className="sr-only"> {name}</span>
          </Button>
        </>
      }
    >
      <p className="truncate font-medium">{name}</p>
      <p className="text-muted text-sm">
        {scopeWords(scopes)}, {lastUsedAt ? <>last used {<Time iso={lastUsedAt} />}</> : "not used yet"}
        {expiresAt && !hasExpired && `, ends ${formatDate(expiresAt, Date.now())}`}
      </p>
    </ListRow>
  );
}

const SCOPE_WORDS = { files: "Files", shares: "Shares" } as const;

const scopeWords = (scopes: AppPasswordView["scopes"]) =>
  scopes
    .map((scope) => SCOPE_WORDS[scope])
    .join(" and ")
    .replace("and Shares", "and shares");
