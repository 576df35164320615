"use client";

import { useQuery } from "@tanstack/react-query";
import {
  dryRunQuery,
  providerQuery,
  useAddProvider,
  useRemoveProvider,
  useUpdateProvider,
} from "@/components/admin/queries";
import { cutsNothing, WhatItCuts } from "@/components/admin/what-it-cuts";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { formatCount } from "@/components/ui/format";
import { toast } from "@/components/ui/toast";
import type { ProviderView } from "@/lib/trust/schema";

export type Decision = "block" | "unlist" | "remove";
type ProviderDecisionProps = { decision: Decision; provider: ProviderView; onClose: () => void };

const WORDS: Record<Decision, { title: (cloud: string) => string; label: string; done: string }> = {
  block: { title: (cloud) => `Block ${cloud}?`, label: "Block", done: "is blocked." },
  unlist: { title: (cloud) => `Take ${cloud} off the list?`, label: "Take off", done: "is no longer listed." },
  remove: { title: (cloud) => `Remove ${cloud} from the list?`, label: "Remove", done: "is removed." },
};

/** Says what is cut when a cloud is blocked, taken off the list or removed, then does it, and how to take it back. */
export function ProviderDecision({ decision, provider: cloud, onClose }: ProviderDecisionProps) {
  const { provider, standing } = cloud;
  const { data } = useQuery(providerQuery(provider));
  const becomes = decision === "block" ? "blocked" : "unlisted";
  const forgotten = decision === "remove" ? { webdavHosts: [], privateNetwork: null } : {};
  const { data: dryRun } = useQuery(dryRunQuery({ domain: provider, standing: becomes, ...forgotten }));
  const { mutate: update, isPending: isUpdating } = useUpdateProvider();
  const { mutate: remove, isPending: isRemoving } = useRemoveProvider();
  const { mutate: add } = useAddProvider();
  const onError = toast.failed;
  const { title, label, done } = WORDS[decision];

  function undo() {
    if (decision !== "remove") update({ provider, standing }, { onError });
    else if (standing !== "unlisted") add({ domain: provider, standing }, { onError });
  }
  function onSuccess() {
    const canUndo = decision !== "remove" || (isStandingAll(cloud) && !isKnownToSign(cloud));
    toast(`${provider} ${done}`, { action: canUndo ? { label: "Undo", onClick: undo } : undefined, duration: 10_000 });
    onClose();
  }
  function decide() {
    if (decision === "remove") remove(provider, { onSuccess, onError });
    else update({ provider, standing: becomes }, { onSuccess, onError });
  }

  const concerned = data ? whomItConcerns(data.ties) : "Its contacts and shares";
  const isCut = dryRun !== undefined && !cutsNothing(dryRun);
  return (
    <ConfirmDialog
      isOpen
      onClose={onClose}
      onConfirm={decide}
      title={title(provider)}
      confirmLabel={label}
      isBusy={isUpdating || isRemoving}
    >
      {decision === "unlist" && <p>From then on the rule above decides about it.</p>}
      {decision === "block" && (
        <p>Nothing passes between it and people here while it is blocked, in either direction.</p>
      )}
      {decision === "remove" && (
        <>
          <p>What you decided about it and what it told of itself are forgotten. {concerned} stay.</p>
          <p className="mt-2">From then on it is a cloud that is not listed, and the rule above decides.</p>
        </>
      )}
      {isCut && (
        <div className="mt-4 border-t pt-3">
          <WhatItCuts dryRun={dryRun} />
        </div>
      )}
      {decision === "block" && dryRun && !isCut && (
        <p className="mt-2">No contact and no share of today is cut by it.</p>
      )}
    </ConfirmDialog>
  );
}

/** Whether nothing but its standing was decided about a cloud: only that is put back once it was removed. */
function isStandingAll(cloud: ProviderView): boolean {
  const { chosenDialect, chosenSignature, acceptsUnsigned, mustExchange, needsSecondFactor, privateNetwork } = cloud;
  const chosen = [chosenDialect, chosenSignature, acceptsUnsigned, mustExchange, needsSecondFactor, privateNetwork];
  const isPlain = chosen.every((one) => one === null) && !cloud.mustInvite;
  return isPlain && [...cloud.refusedKinds, ...cloud.webdavHosts].length === 0 && cloud.standing !== "unlisted";
}

/** Once it was removed it would be forgotten that nothing without a signature is taken from it, or goes to it. */
const isKnownToSign = ({ heard, keepsSignature }: ProviderView) => heard !== null || keepsSignature;

function whomItConcerns({ contacts, shares }: { contacts: number; shares: number }): string {
  const known = formatCount(contacts, "contact of people here", "contacts of people here");
  return `${known} and ${formatCount(shares, "share", "shares")}`;
}
