"use client";

import { MoreHorizontal, RefreshCw, ShieldCheck, ShieldOff, Trash2 } from "lucide-react";
import { useState } from "react";
import { useReadDirectory, useRemoveDirectory, useTrustDirectory } from "@/components/admin/directory-queries";
import { Badge } from "@/components/ui/badge";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { formatCount } from "@/components/ui/format";
import { IconButton } from "@/components/ui/icon-button";
import { ListRow } from "@/components/ui/list";
import { Menu } from "@/components/ui/menu";
import { Time } from "@/components/ui/time";
import { toast } from "@/components/ui/toast";
import type { DirectoryView } from "@/lib/trust/schema";

export function DirectoryRow({ directory }: { directory: DirectoryView }) {
  const { id, url, isTrusted } = directory;
  const name = directory.federation || url;
  const [isRemoving, setRemoving] = useState(false);
  const trust = useTrustDirectory();
  const read = useReadDirectory();
  const remove = useRemoveDirectory();
  const onError = toast.failed;

  const readNow = () =>
    read.mutate(id, {
      onSuccess: ({ failure }) => (failure ? toast.error(failure) : toast.success(`${name} is read.`)),
      onError,
    });
  const setTrusted = (trusted: boolean) => trust.mutate({ id, isTrusted: trusted }, { onError });
  return (
    <ListRow
      data-testid="directory-row"
      menu={
        <Menu
          trigger={
            <IconButton label={`Change ${name}`} size="sm">
              <MoreHorizontal />
            </IconButton>
          }
          actions={[
            { label: "Read it now", icon: RefreshCw, onSelect: readNow },
            isTrusted
              ? { label: "Trust its clouds no longer", icon: ShieldOff, onSelect: () => setTrusted(false) }
              : { label: "Trust its clouds", icon: ShieldCheck, onSelect: () => setTrusted(true) },
            { label: "Remove…", icon: Trash2, onSelect: () => setRemoving(true), isDanger: true },
          ]}
        />
      }
    >
      <p className="flex flex-wrap items-center gap-x-2">
        <span className="wrap-anywhere min-w-0 font-medium">{name}</span>
        <Badge tone={isTrusted ? "success" : "neutral"}>{isTrusted ? "Trusted" : "To find clouds by"}</Badge>
      </p>
      {directory.federation && <p className="wrap-anywhere text-muted text-sm">{url}</p>}
      <Standing directory={directory} />
      <ConfirmDialog
        isOpen={isRemoving}
        onClose={() => setRemoving(false)}
        onConfirm={() => remove.mutate(id, { onError, onSettled: () => setRemoving(false) })}
        title={`Remove ${name}?`}
        confirmLabel="Remove"
        isBusy={remove.isPending}
      >
        Its clouds are offered to nobody any more, and those that were trusted only through it are not. Contacts and
        shares with them stay; where only listed clouds are let in they rest.
      </ConfirmDialog>
    </ListRow>
  );
}

function Standing({ directory: { clouds, readAt, countsUntil, failure, keys } }: { directory: DirectoryView }) {
  const isOld = countsUntil !== null && new Date(countsUntil) <= new Date();
  return (
    <>
      <p className="text-muted text-sm">
        {formatCount(clouds, "cloud", "clouds")}
        {readAt && (
          <>
            , read <Time iso={readAt} />
          </>
        )}
      </p>
      {failure && (
        <p className="text-sm text-warning-text">
          {failure}{" "}
          {countsUntil && (
            <>
              The earlier list {isOld ? "counted" : "counts"} until <Time iso={countsUntil} isExact />.
            </>
          )}
        </p>
      )}
      {keys.map(({ fingerprint }) => (
        <p key={fingerprint} className="mt-0.5 text-muted text-xs">
          Key <span className="break-all font-mono">{fingerprint}</span>
        </p>
      ))}
    </>
  );
}
