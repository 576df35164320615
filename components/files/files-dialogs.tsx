"use client";

import dynamic from "next/dynamic";
import type { FilesActions } from "@/components/files/use-files-actions";

const NewFolderDialog = dynamic(() =>
  import("@/components/files/new-folder-dialog").then((part) => part.NewFolderDialog),
);
const NewTextDialog = dynamic(() => import("@/components/files/new-text-dialog").then((part) => part.NewTextDialog));
const TransferDialog = dynamic(() =>
  import("@/components/files/transfer/transfer-dialog").then((part) => part.TransferDialog),
);
const RemoveDialog = dynamic(() => import("@/components/files/remove-dialog").then((part) => part.RemoveDialog));
const DetailsDialog = dynamic(() => import("@/components/files/details-dialog").then((part) => part.DetailsDialog));
const LeaveDialog = dynamic(() => import("@/components/sharing/leave-dialog").then((part) => part.LeaveDialog));
const ReshareDialog = dynamic(() => import("@/components/sharing/reshare-dialog").then((part) => part.ReshareDialog));
const ShareDialog = dynamic(() => import("@/components/sharing/share-dialog").then((part) => part.ShareDialog));

/** The dialog that is open in Files; each is loaded when it is first wanted. */
export function FilesDialogs({ path, files }: { path: string; files: FilesActions }) {
  const { dialog, close } = files;
  switch (dialog?.kind) {
    case "new-folder":
      return <NewFolderDialog path={path} onClose={close} />;
    case "new-text":
      return <NewTextDialog path={path} onClose={close} />;
    case "share":
      return <ShareDialog resource={dialog.entry} onClose={close} />;
    case "reshare":
      return <ReshareDialog name={dialog.name} source={dialog.source} onClose={close} />;
    case "details":
      return <DetailsDialog path={path} entry={dialog.entry} files={files} onClose={close} />;
    case "move":
    case "copy":
      return <TransferDialog verb={dialog.kind} path={path} entries={dialog.entries} onClose={close} />;
    case "leave":
      return <LeaveDialog {...dialog} onClose={close} />;
    case "remove":
      return <RemoveDialog files={files} entries={dialog.entries} onClose={close} />;
    default:
      return null;
  }
}
