"use client";

import { Button } from "@/components/ui/button";
import { CopyButton } from "@/components/ui/copy-button";
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
        <>
          <CopyButton text={codes.join("\n")} />
          <Button variant="primary" onClick={onClose}>
            I have kept them
          </Button>
        </>
      }
    >
      <ul
        data-testid="recovery-codes"
        aria-label="Recovery codes"
        dir="ltr"
        className="grid select-all grid-cols-2 gap-x-4 gap-y-1.5 rounded-md border bg-sunken px-4 py-3 text-center font-mono"
      >
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
    </Dialog>
  );
}
