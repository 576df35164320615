"use client";

import type { Clash } from "@/components/files/edit/use-saving";
import { Comparison } from "@/components/files/versions/comparison";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";

type ClashDialogProps = {
  name: string;
  clash: Clash;
  isBusy: boolean;
  onCopy: () => void;
  onInsist: () => void;
  onTakeTheirs: () => void;
  onClose: () => void;
};

/** What to do when somebody else saved the same file meanwhile, or took it away. */
export function ClashDialog({
  name,
  clash: { theirs, mine },
  isBusy,
  onCopy,
  onInsist,
  onTakeTheirs,
  onClose,
}: ClashDialogProps) {
  if (!theirs) {
    return (
      <Dialog
        isOpen
        size="sm"
        testId="clash-dialog"
        onClose={onClose}
        title={`“${name}” is no longer there`}
        description="Somebody moved or deleted it after you opened it. What you wrote is not lost: it can be saved in its old place."
        footer={
          <>
            <Button onClick={onClose}>Not now</Button>
            <Button data-autofocus variant="primary" isBusy={isBusy} onClick={onInsist}>
              Save it there
            </Button>
          </>
        }
      />
    );
  }
  return (
    <Dialog
      isOpen
      size="lg"
      testId="clash-dialog"
      onClose={onClose}
      title={`Somebody else saved “${name}” meanwhile`}
      description="Nothing is lost. This is how yours differs from theirs; what becomes of the two?"
      footer={
        <>
          <Button variant="ghost" onClick={onTakeTheirs}>
            Load theirs
          </Button>
          <Button isBusy={isBusy} onClick={onInsist}>
            Replace theirs
          </Button>
          <Button data-autofocus variant="primary" isBusy={isBusy} onClick={onCopy}>
            Save mine as a copy
          </Button>
        </>
      }
    >
      <div className="mb-3 flex gap-4 text-sm">
        <span className="text-danger-text">− theirs</span>
        <span className="text-success-text">+ yours</span>
      </div>
      <Comparison former={theirs.text} present={mine} />
    </Dialog>
  );
}
