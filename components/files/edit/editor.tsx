"use client";

import { X } from "lucide-react";
import * as RadixDialog from "radix-ui/dialog";
import { type KeyboardEvent, useState } from "react";
import { ClashDialog } from "@/components/files/edit/clash-dialog";
import { draftOf } from "@/components/files/edit/drafts";
import type { EditedText } from "@/components/files/edit/edited-text";
import { TextArea } from "@/components/files/edit/text-area";
import { useCalmText } from "@/components/files/edit/use-calm-text";
import { useSaving } from "@/components/files/edit/use-saving";
import { nameOf, parentOf } from "@/components/files/paths";
import { MarkdownPreview } from "@/components/files/preview/markdown-preview";
import { useIsNarrow } from "@/components/files/use-is-narrow";
import { Button } from "@/components/ui/button";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { IconButton } from "@/components/ui/icon-button";
import { NoticeLine } from "@/components/ui/notice-line";
import { Segmented } from "@/components/ui/segmented";

type Layout = "write" | "both" | "read";
const LAYOUTS: readonly { value: Layout; label: string }[] = [
  { value: "write", label: "Write" },
  { value: "both", label: "Both" },
  { value: "read", label: "Read" },
];

/** In characters: all of it is read again after what is typed. */
const LONGEST_SHOWN = 200_000;
const TOO_LONG = "This text is too long to be shown here while it is written. Close it to see how it reads.";
const shownOf = (text: string) => (text.length > LONGEST_SHOWN ? null : text);

type EditorProps = {
  path: string;
  opened: EditedText;
  isMarkdown: boolean;
  onClose: () => void;
  onCopied: (path: string) => void;
};

/** A text that is being written, and of Markdown how it reads. */
export function Editor({ path, opened, isMarkdown, onClose, onCopied }: EditorProps) {
  const name = nameOf(path);
  const isNarrow = useIsNarrow();
  const [draft] = useState(() => draftOf(path));
  const saving = useSaving({ path, isMarkdown, opened, draft, onCopied });
  const [isLeaving, setLeaving] = useState(false);
  const [wanted, setWanted] = useState<Layout>("both");
  const [text, setText] = useState<string | null>(() => shownOf(draft?.text ?? opened.text));
  const shown = useCalmText(text);
  const layouts = isNarrow ? LAYOUTS.filter(({ value }) => value !== "both") : LAYOUTS;
  const layout: Layout = !isMarkdown || (isNarrow && wanted === "both") ? "write" : wanted;
  const { isDirty, isBusy, failure, clash } = saving;

  function onKeyDown(event: KeyboardEvent) {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "s") return;
    event.preventDefault();
    void saving.save();
  }

  const state = isBusy ? "Saving…" : isDirty ? "Not saved yet" : "Saved";
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: hears Ctrl S from all that is in it
    <div onKeyDown={onKeyDown} className="flex min-h-0 flex-1 flex-col">
      <header className="flex min-h-14 shrink-0 items-center gap-2 border-b bg-surface px-2 md:px-4">
        <IconButton label="Close" hasTooltip={false} onClick={() => (isDirty ? setLeaving(true) : onClose())}>
          <X />
        </IconButton>
        <div className="min-w-0 flex-1">
          <RadixDialog.Title className="truncate font-medium">{name}</RadixDialog.Title>
          <p role="status" className="text-muted text-xs">
            {state}
          </p>
        </div>
        {isMarkdown && <Segmented aria-label="What is shown" value={layout} onChange={setWanted} options={layouts} />}
        <Button variant="primary" isBusy={isBusy} disabled={!isDirty} onClick={() => void saving.save()}>
          Save
        </Button>
      </header>
      {failure && (
        <NoticeLine tone="danger" className="m-2">
          {failure.message} What you wrote is still here, and not saved.
        </NoticeLine>
      )}
      <div className="flex min-h-0 flex-1 divide-x">
        <div className={layout === "read" ? "hidden" : "min-h-0 min-w-0 flex-1"}>
          <TextArea
            label={`Text of ${name}`}
            text={draft?.text ?? opened.text}
            isMarkdown={isMarkdown}
            onReady={saving.onReady}
            onChange={(view) => {
              saving.onChange();
              if (isMarkdown) setText(view.state.doc.length > LONGEST_SHOWN ? null : view.state.doc.toString());
            }}
          />
        </div>
        {layout !== "write" && (
          <section
            aria-label="How it reads"
            // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
            tabIndex={0}
            className="min-h-0 min-w-0 flex-1 overflow-y-auto bg-canvas px-5 py-6 focus-visible:-outline-offset-2 md:px-8"
          >
            <div className="mx-auto max-w-176">
              {shown === null ? <p className="text-muted">{TOO_LONG}</p> : <MarkdownPreview text={shown} />}
            </div>
          </section>
        )}
      </div>
      {clash && (
        <ClashDialog
          name={name}
          clash={clash}
          isBusy={isBusy}
          failure={failure}
          onCopy={() => void saving.keepCopy()}
          onCopyHome={parentOf(path) === "/" ? null : () => void saving.keepCopy("/")}
          onInsist={() => void saving.insist()}
          onTakeTheirs={saving.takeTheirs}
          onClose={saving.putOff}
        />
      )}
      <ConfirmDialog
        isOpen={isLeaving}
        onClose={() => setLeaving(false)}
        onConfirm={() => {
          saving.discard();
          onClose();
        }}
        title="Close without saving?"
        confirmLabel="Discard what I wrote"
      >
        What you wrote in “{name}” since it was last saved would be lost.
      </ConfirmDialog>
    </div>
  );
}
