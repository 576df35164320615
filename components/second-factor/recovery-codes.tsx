"use client";

import { Button } from "@/components/ui/button";
import { CopyField } from "@/components/ui/copy-field";
import { Dialog } from "@/components/ui/dialog";

/** The codes, this once. */
export function RecoveryCodes({ codes, onClose }: { codes: string[]; onClose: () => void }) {
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title="Keep these recovery codes"
      description="Without your telephone or passkey, one of these lets you in. Each works once. They are shown only now: print them, or keep them where you keep passwords."
      size="sm"
      footer={
        <Button variant="primary" onClick={onClose}>
          I have kept them
        </Button>
      }
    >
      <CopyField label="Recovery codes" text={codes.join("\n")} testId="recovery-codes" isMultiline />
    </Dialog>
  );
}
