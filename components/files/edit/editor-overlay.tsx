"use client";

import { useQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import * as RadixDialog from "radix-ui/dialog";
import { draftOf } from "@/components/files/edit/drafts";
import { type EditedText, readText } from "@/components/files/edit/edited-text";
import { Editor } from "@/components/files/edit/editor";
import { nameOf } from "@/components/files/paths";
import { Waiting } from "@/components/files/waiting";
import { ErrorState } from "@/components/ui/error-state";
import { useFocusBack } from "@/components/ui/focus";
import { IconButton } from "@/components/ui/icon-button";
import { Spinner } from "@/components/ui/spinner";
import type { SourceView } from "@/lib/drive/schema";

type EditorOverlayProps = {
  path: string;
  isMarkdown: boolean;
  from: SourceView | null;
  onClose: () => void;
  onCopied: (path: string) => void;
};

/** A text over the page, to be written in. It closes by its button only, so that a key does not lose what is written. */
export function EditorOverlay(props: EditorOverlayProps) {
  return (
    <RadixDialog.Root open onOpenChange={(open) => !open && props.onClose()}>
      <RadixDialog.Portal>
        <RadixDialog.Content
          aria-describedby={undefined}
          data-testid="editor"
          data-keeps-keys
          onEscapeKeyDown={(event) => event.preventDefault()}
          onCloseAutoFocus={useFocusBack()}
          className="fixed inset-0 z-40 flex animate-fade flex-col bg-canvas outline-none"
        >
          <Opened {...props} />
        </RadixDialog.Content>
      </RadixDialog.Portal>
    </RadixDialog.Root>
  );
}

function Opened({ path, isMarkdown, from, onClose, onCopied }: EditorOverlayProps) {
  // Read once, when it opens: what others make of it meanwhile is met on saving. What one had begun to write is opened as
  // it was then, also where the file is gone or its cloud away.
  const { data, error, fetchStatus, refetch } = useQuery<EditedText>({
    queryKey: ["edited", path],
    queryFn: ({ signal }) => readText(path, signal),
    initialData: () => draftOf(path)?.known,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
  });
  if (data) return <Editor path={path} opened={data} isMarkdown={isMarkdown} onClose={onClose} onCopied={onCopied} />;
  return (
    <>
      <header className="flex h-14 shrink-0 items-center gap-2 border-b bg-surface px-2 md:px-4">
        <IconButton label="Close" hasTooltip={false} onClick={onClose}>
          <X />
        </IconButton>
        <RadixDialog.Title className="truncate font-medium">{nameOf(path)}</RadixDialog.Title>
      </header>
      {error ? (
        <ErrorState title="This file cannot be edited now" error={error} onRetry={() => void refetch()} />
      ) : (
        <Waiting
          path={path}
          from={from}
          isStopped={fetchStatus === "idle"}
          onStop={onClose}
          onRetry={() => void refetch()}
        >
          <Spinner className="m-auto text-faint" />
        </Waiting>
      )}
    </>
  );
}
