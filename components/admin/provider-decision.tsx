"use client";

import { useQuery } from "@tanstack/react-query";
import { providerQuery, useAddProvider, useRemoveProvider, useUpdateProvider } from "@/components/admin/queries";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { formatCount } from "@/components/ui/format";
import { toast } from "@/components/ui/toast";
import type { ProviderView } from "@/lib/trust/schema";

type ProviderDecisionProps = { decision: "block" | "remove"; provider: ProviderView; onClose: () => void };

/** Says whom it concerns that a cloud is blocked or removed, then does it, and how to take it back. */
export function ProviderDecision({ decision, provider: { provider, standing }, onClose }: ProviderDecisionProps) {
  const { data } = useQuery(providerQuery(provider));
  const { mutate: update, isPending: isUpdating } = useUpdateProvider();
  const { mutate: remove, isPending: isRemoving } = useRemoveProvider();
  const { mutate: add } = useAddProvider();
  const onError = (error: Error) => toast.error(error.message);
  const isBlock = decision === "block";

  function undo() {
    if (isBlock) update({ provider, standing }, { onError });
    else if (standing !== "unlisted") add({ domain: provider, standing }, { onError });
  }
  function onSuccess() {
    const action = isBlock || standing !== "unlisted" ? { label: "Undo", onClick: undo } : undefined;
    toast(isBlock ? `${provider} is blocked.` : `${provider} is removed.`, { action, duration: 10_000 });
    onClose();
  }
  function decide() {
    if (isBlock) update({ provider, standing: "blocked" }, { onSuccess, onError });
    else remove(provider, { onSuccess, onError });
  }

  const concerned = data ? whomItConcerns(data.ties) : "Its contacts and shares";
  return (
    <ConfirmDialog
      isOpen
      onClose={onClose}
      onConfirm={decide}
      title={isBlock ? `Block ${provider}?` : `Remove ${provider} from the list?`}
      confirmLabel={isBlock ? "Block" : "Remove"}
      isBusy={isUpdating || isRemoving}
    >
      {isBlock ? (
        <>
          <p>{concerned} rest while it is blocked: nothing passes, in either direction.</p>
          <p className="mt-2">Nothing is deleted. When you unblock it, all goes on where it was.</p>
        </>
      ) : (
        <>
          <p>What you decided about it and what it told of itself are forgotten. {concerned} stay.</p>
          <p className="mt-2">From then on it is a cloud that is not listed, and the rule above decides.</p>
        </>
      )}
    </ConfirmDialog>
  );
}

function whomItConcerns({ contacts, shares }: { contacts: number; shares: number }): string {
  const known = formatCount(contacts, "contact of people here", "contacts of people here");
  return `${known} and ${formatCount(shares, "share", "shares")}`;
}
