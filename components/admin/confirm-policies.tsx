"use client";

import type { TriedPolicies } from "@/components/admin/use-tried-policies";
import { WhatItCuts } from "@/components/admin/what-it-cuts";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";

/** What a change of the policies would cut, before it is saved. */
export function ConfirmPolicies({ tried }: { tried: TriedPolicies }) {
  const { asked, confirm, cancel, isBusy } = tried;
  if (!asked) return null;
  return (
    <ConfirmDialog
      isOpen
      onClose={cancel}
      onConfirm={confirm}
      title="Save this, and cut what it forbids?"
      confirmLabel="Save"
      isBusy={isBusy}
    >
      <p className="mb-2">As things are now:</p>
      <WhatItCuts dryRun={asked.dryRun} />
    </ConfirmDialog>
  );
}
