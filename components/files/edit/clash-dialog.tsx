"use client";

import type { Clash } from "@/components/files/edit/use-saving";
import { Comparison } from "@/components/files/versions/comparison";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { NoticeLine } from "@/components/ui/notice-line";

type ClashDialogProps = {
  name: string;
  clash: Clash;
  isBusy: boolean;
  failure: Error | null;
  onCopy: () => void;
  /** As a copy at the top of one's own files; null where that is its place anyway. */
  onCopyHome: (() => void) | null;
  onInsist: () => void;
  onTakeTheirs: () => void;
  onClose: () => void;
};

const FILE_GONE =
  "Somebody moved or deleted it after you opened it. What you wrote is not lost: it can be saved in its old place.";
const FOLDER_GONE =
  "So it cannot be saved there. What you wrote is not lost: it can be saved among your own files, at the top.";
const COMPARED = "Nothing is lost. This is how yours differs from theirs; what becomes of the two?";
const NOT_COMPARED =
  "Nothing is lost. Theirs cannot be shown beside yours: it is too long or not written in Unicode. What becomes of the two?";

/** What to do when somebody else saved the same file meanwhile, or took it away. */
export function ClashDialog({
  name,
  clash: { theirs, mine, isFolderGone },
  isBusy,
  failure,
  onCopy,
  onCopyHome,
  onInsist,
  onTakeTheirs,
  onClose,
}: ClashDialogProps) {
  const problem = failure && (
    <NoticeLine tone="danger" className="mb-3">
      {failure.message}
    </NoticeLine>
  );
  if (!theirs) {
    const first = { "data-autofocus": true, variant: "primary" } as const;
    return (
      <Dialog
        isOpen
        size="sm"
        testId="clash-dialog"
        onClose={onClose}
        title={isFolderGone ? `The folder of “${name}” is gone` : `“${name}” is no longer there`}
        description={isFolderGone ? FOLDER_GONE : FILE_GONE}
        footer={
          <>
            <Button onClick={onClose}>Not now</Button>
            {onCopyHome && (
              <Button isBusy={isBusy} onClick={onCopyHome} {...(isFolderGone && first)}>
                Save it in Files
              </Button>
            )}
            {!isFolderGone && (
              <Button isBusy={isBusy} onClick={onInsist} {...first}>
                Save it there
              </Button>
            )}
          </>
        }
      >
        {problem}
      </Dialog>
    );
  }
  return (
    <Dialog
      isOpen
      size="lg"
      testId="clash-dialog"
      onClose={onClose}
      title={`Somebody else saved “${name}” meanwhile`}
      description={theirs.text ? COMPARED : NOT_COMPARED}
      footer={
        <>
          {theirs.text && (
            <Button variant="ghost" onClick={onTakeTheirs}>
              Load theirs
            </Button>
          )}
          <Button isBusy={isBusy} onClick={onInsist}>
            Replace theirs
          </Button>
          <Button data-autofocus variant="primary" isBusy={isBusy} onClick={onCopy}>
            Save mine as a copy
          </Button>
        </>
      }
    >
      {problem}
      {theirs.text && (
        <>
          <div className="mb-3 flex gap-4 text-sm">
            <span className="text-danger-text">− theirs</span>
            <span className="text-success-text">+ yours</span>
          </div>
          <Comparison former={theirs.text.text} present={mine} />
        </>
      )}
    </Dialog>
  );
}
