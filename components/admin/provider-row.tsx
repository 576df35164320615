"use client";

import { Ban, Handshake, MoreHorizontal, ShieldCheck, Stethoscope, Trash2 } from "lucide-react";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { type Decision, ProviderDecision } from "@/components/admin/provider-decision";
import { ProviderDetails } from "@/components/admin/provider-details";
import { ProviderManners } from "@/components/admin/provider-manners";
import { standingOf } from "@/components/admin/provider-words";
import { useUpdateProvider } from "@/components/admin/queries";
import { Badge } from "@/components/ui/badge";
import { CloudSquare } from "@/components/ui/cloud-badge";
import { IconButton } from "@/components/ui/icon-button";
import { ListRow } from "@/components/ui/list";
import { Menu } from "@/components/ui/menu";
import { Time } from "@/components/ui/time";
import { toast } from "@/components/ui/toast";
import type { ProviderView } from "@/lib/trust/schema";

export function ProviderRow({ provider }: { provider: ProviderView }) {
  const [decision, setDecision] = useState<Decision | null>(null);
  const [isMinding, setMinding] = useState(false);
  const update = useUpdateProvider();
  const router = useRouter();
  const become = (standing: ProviderView["standing"], said: string) => () =>
    update.mutate({ provider: provider.provider, standing }, { onSuccess: () => toast(said), onError: toast.failed });

  const name = provider.provider;
  const trust = { label: "Trust", icon: ShieldCheck, onSelect: become("listed", `${name} is trusted.`) };
  const unlist = { label: "Take off the list…", icon: ShieldCheck, onSelect: () => setDecision("unlist") };
  const block = { label: "Block…", icon: Ban, onSelect: () => setDecision("block"), isDanger: true };
  const unblock = { label: "Unblock", icon: Ban, onSelect: become("unlisted", `${name} is no longer blocked.`) };
  const manners = { label: "How to deal with it…", icon: Handshake, onSelect: () => setMinding(true) };
  const check = {
    label: "Check connection",
    icon: Stethoscope,
    onSelect: () => router.push(`/admin/doctor?${new URLSearchParams({ domain: name })}`),
  };
  const forget = { label: "Remove…", icon: Trash2, onSelect: () => setDecision("remove"), isDanger: true };
  const standing = standingOf(provider);
  return (
    <ListRow
      data-testid="provider-row"
      end={<Badge tone={standing.tone}>{standing.label}</Badge>}
      menu={
        <Menu
          trigger={
            <IconButton label={`Change ${provider.provider}`} size="sm">
              <MoreHorizontal />
            </IconButton>
          }
          actions={[
            provider.standing === "listed" ? unlist : trust,
            provider.standing === "blocked" ? unblock : block,
            manners,
            check,
            null,
            forget,
          ]}
        />
      }
    >
      <div className="flex min-w-0 items-start gap-3">
        <CloudSquare provider={provider.provider} className="mt-0.5 size-9 rounded-md text-base" />
        <div className="min-w-0">
          <Link
            href={`/admin/providers/${encodeURIComponent(provider.provider)}`}
            className="block truncate font-medium hover:underline"
          >
            {provider.name ?? provider.provider}
          </Link>
          {provider.name && <p className="truncate text-muted text-sm">{provider.provider}</p>}
          <p className="text-muted text-sm">
            {provider.lastSeenAt ? (
              <>
                Seen <Time iso={provider.lastSeenAt} />
              </>
            ) : (
              "Not seen yet"
            )}
          </p>
          {provider.failure && <p className="text-sm text-warning-text">{provider.failure}</p>}
          <ProviderDetails provider={provider} />
        </div>
      </div>
      {isMinding && <ProviderManners provider={provider} onClose={() => setMinding(false)} />}
      {decision && <ProviderDecision decision={decision} provider={provider} onClose={() => setDecision(null)} />}
    </ListRow>
  );
}
