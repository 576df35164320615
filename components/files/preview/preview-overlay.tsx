"use client";

import { ChevronLeft, ChevronRight, Download, EllipsisVertical, SquarePen, X } from "lucide-react";
import * as RadixDialog from "radix-ui/dialog";
import type { KeyboardEvent, ReactNode } from "react";
import { downloadFile } from "@/components/files/download-file";
import { nameOf } from "@/components/files/paths";
import { PreviewBody } from "@/components/files/preview/preview-body";
import { Button } from "@/components/ui/button";
import { ErrorState } from "@/components/ui/error-state";
import { focusFirst, useFocusBack } from "@/components/ui/focus";
import { formatSize } from "@/components/ui/format";
import { IconButton } from "@/components/ui/icon-button";
import { Menu } from "@/components/ui/menu";
import type { MenuAction } from "@/components/ui/menu-action";
import { toast } from "@/components/ui/toast";
import type { SourceView } from "@/lib/drive/schema";
import type { EntryView } from "@/lib/files/schema";

type PreviewOverlayProps = {
  path: string;
  entry: EntryView | undefined;
  /** From whom it comes. */
  from: SourceView | null;
  error: Error | null;
  onRetry: () => void;
  /** What else can be done with it. */
  actions: MenuAction[];
  /** Absent: it cannot be edited here. */
  onEdit: (() => void) | undefined;
  onClose: () => void;
  onPrevious: (() => void) | undefined;
  onNext: (() => void) | undefined;
  /** What stands there while it is not known what the file is. */
  waiting: ReactNode;
};

export function PreviewOverlay(props: PreviewOverlayProps) {
  return (
    <RadixDialog.Root open onOpenChange={(open) => !open && props.onClose()}>
      <RadixDialog.Portal>
        <Panel {...props} />
      </RadixDialog.Portal>
    </RadixDialog.Root>
  );
}

function Panel({
  path,
  entry,
  from,
  error,
  onRetry,
  actions,
  onEdit,
  onClose,
  onPrevious,
  onNext,
  waiting,
}: PreviewOverlayProps) {
  function onKeyDown(event: KeyboardEvent) {
    // In a player the arrows wind.
    if (event.target instanceof HTMLMediaElement) return;
    if (event.key === "ArrowLeft") onPrevious?.();
    if (event.key === "ArrowRight") onNext?.();
  }

  const download = () => void downloadFile(path).catch(toast.failed);

  return (
    <RadixDialog.Content
      aria-describedby={undefined}
      data-testid="preview"
      onKeyDown={onKeyDown}
      onOpenAutoFocus={focusFirst}
      onCloseAutoFocus={useFocusBack()}
      className="fixed inset-0 z-40 flex animate-fade flex-col bg-canvas outline-none"
    >
      <header className="flex h-14 shrink-0 items-center gap-2 border-b bg-surface px-2 md:px-4">
        <IconButton label="Close" onClick={onClose} hasTooltip={false}>
          <X />
        </IconButton>
        <div className="min-w-0 flex-1">
          <RadixDialog.Title className="truncate font-medium">{nameOf(path)}</RadixDialog.Title>
          {entry && <p className="text-muted text-xs tabular-nums">{formatSize(entry.size)}</p>}
        </div>
        <IconButton label="Previous file" onClick={onPrevious} disabled={!onPrevious}>
          <ChevronLeft className="rtl:-scale-x-100" />
        </IconButton>
        <IconButton label="Next file" onClick={onNext} disabled={!onNext}>
          <ChevronRight className="rtl:-scale-x-100" />
        </IconButton>
        {onEdit && (
          <Button onClick={onEdit} className="max-md:px-2.5">
            <SquarePen aria-hidden />
            <span className="max-md:sr-only">Edit</span>
          </Button>
        )}
        <Button onClick={download} className="max-md:px-2.5">
          <Download aria-hidden />
          <span className="max-md:sr-only">Download</span>
        </Button>
        {actions.length > 0 && (
          <Menu
            actions={actions}
            trigger={
              <IconButton label="More actions" hasTooltip={false}>
                <EllipsisVertical />
              </IconButton>
            }
          />
        )}
      </header>
      <div className="flex min-h-0 flex-1 flex-col">
        {error && <ErrorState error={error} onRetry={onRetry} title="This file could not be opened" />}
        {!entry && !error && waiting}
        {entry && <PreviewBody key={entry.etag} path={path} entry={entry} from={from} />}
      </div>
    </RadixDialog.Content>
  );
}
