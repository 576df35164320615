"use client";

import { Ban, MoreHorizontal, ShieldCheck, Trash2 } from "lucide-react";
import { useRemoveProvider, useUpdateProvider } from "@/components/admin/queries";
import { Badge, type Tone } from "@/components/ui/badge";
import { CloudSquare } from "@/components/ui/cloud-badge";
import { IconButton } from "@/components/ui/icon-button";
import { ListRow } from "@/components/ui/list";
import { Menu } from "@/components/ui/menu";
import { Time } from "@/components/ui/time";
import { toast } from "@/components/ui/toast";
import type { ProviderView } from "@/lib/trust/schema";

const STANDINGS: Record<ProviderView["standing"], { label: string; tone: Tone }> = {
  listed: { label: "Trusted", tone: "success" },
  unlisted: { label: "Not listed", tone: "neutral" },
  blocked: { label: "Blocked", tone: "danger" },
};

export function ProviderRow({ provider }: { provider: ProviderView }) {
  const update = useUpdateProvider();
  const remove = useRemoveProvider();
  const onError = (error: Error) => toast.error(error.message);
  const become = (standing: ProviderView["standing"]) => () =>
    update.mutate({ provider: provider.provider, standing }, { onError });

  const trust = { label: "Trust", icon: ShieldCheck, onSelect: become("listed") };
  const unlist = { label: "Take off the list", icon: ShieldCheck, onSelect: become("unlisted") };
  const block = { label: "Block", icon: Ban, onSelect: become("blocked"), isDanger: true };
  const unblock = { label: "Unblock", icon: Ban, onSelect: become("unlisted") };
  const forget = {
    label: "Remove",
    icon: Trash2,
    onSelect: () => remove.mutate(provider.provider, { onError }),
    isDanger: true,
  };
  const standing = STANDINGS[provider.standing];
  return (
    <ListRow
      data-testid="provider-row"
      end={
        <>
          <Badge tone={standing.tone}>{standing.label}</Badge>
          <Menu
            trigger={
              <IconButton label={`Change ${provider.provider}`} size="sm">
                <MoreHorizontal />
              </IconButton>
            }
            actions={[
              provider.standing === "listed" ? unlist : trust,
              provider.standing === "blocked" ? unblock : block,
              null,
              forget,
            ]}
          />
        </>
      }
    >
      <div className="flex min-w-0 items-start gap-3">
        <CloudSquare provider={provider.provider} className="mt-0.5 size-9 rounded-md text-base" />
        <div className="min-w-0">
          <p className="truncate font-medium">{provider.name ?? provider.provider}</p>
          <p className="truncate text-muted text-sm">
            {provider.name && `${provider.provider}, `}
            {provider.lastSeenAt ? (
              <>
                seen <Time iso={provider.lastSeenAt} />
              </>
            ) : (
              "not seen yet"
            )}
          </p>
          {provider.failure && <p className="text-sm text-warning-text">{provider.failure}</p>}
          <ProviderDetails provider={provider} />
        </div>
      </div>
    </ListRow>
  );
}

/** What it told of itself when it was last discovered. */
function ProviderDetails({ provider }: { provider: ProviderView }) {
  if (!provider.discoveredAt) return null;
  return (
    <details className="mt-1 text-muted text-sm">
      <summary className="cursor-default">Capabilities and keys</summary>
      <dl className="mt-2 grid grid-cols-[max-content_minmax(0,1fr)] gap-x-4 gap-y-1">
        <dt>Version</dt>
        <dd>{provider.apiVersion ?? "unknown"}</dd>
        <dt>Capabilities</dt>
        <dd className="break-words">{provider.capabilities.join(", ") || "none"}</dd>
        {provider.keys.map((key) => (
          <div key={key.kid} className="contents">
            <dt>Key {key.kid}</dt>
            <dd className="break-all font-mono text-xs">
              {key.alg} {key.fingerprint}
            </dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
