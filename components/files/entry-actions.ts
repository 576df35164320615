import {
  Copy,
  CopyPlus,
  Download,
  Eye,
  FolderInput,
  FolderOpen,
  Info,
  LogOut,
  Pencil,
  Pin,
  PinOff,
  Scissors,
  Share2,
  SquarePen,
  Star,
  StarOff,
  Trash2,
} from "lucide-react";
import { isEditable } from "@/components/files/edit/edited-text";
import { type FilesActions, isMount } from "@/components/files/use-files-actions";
import type { MenuAction } from "@/components/ui/menu-action";
import type { DriveEntryView } from "@/lib/drive/schema";

type Hands = {
  files: FilesActions;
  /** Absent where one looks at the thing itself rather than at its row. */
  row?: { onOpen: (entry: DriveEntryView) => void; onRename: (entry: DriveEntryView) => void };
};

/** The menu of what is selected: the same at the pointer, in a row and above the list. */
export function entryActions(entries: DriveEntryView[], { files, row }: Hands): MenuAction[] {
  const [entry] = entries;
  if (!entry) return [];
  const isOne = entries.length === 1;
  const hasMount = entries.some((one) => isMount(one, files.from));
  const canShare = isOne && !files.from && !hasMount;
  // Where a received share stands is the receiver's own business, whatever the role.
  const canChange = entries.every((one) => one.canWrite || isMount(one, files.from));

  const isStarred = entries.every((one) => one.isFavourite);

  const actions: (MenuAction | false)[] = [
    row !== undefined &&
      isOne && {
        label: "Open",
        icon: entry.kind === "folder" ? FolderOpen : Eye,
        shortcut: "Enter",
        onSelect: () => row.onOpen(entry),
      },
    isOne && isEditable(entry) && { label: "Edit", icon: SquarePen, onSelect: () => files.edit(entry) },
    canShare && {
      label: "Share…",
      icon: Share2,
      testId: "share",
      onSelect: () => files.show({ kind: "share", entry }),
    },
    isOne &&
      hasMount &&
      entry.source?.canReshare === true && {
        label: "Share on…",
        icon: Share2,
        testId: "share-on",
        onSelect: () => entry.source && files.show({ kind: "reshare", name: entry.name, source: entry.source }),
      },
    row !== undefined && {
      label: isOne && entry.kind === "file" ? "Download" : "Download as zip",
      icon: Download,
      onSelect: () => files.download(entries),
    },
    // Of what is inside a received share nothing is kept here.
    !files.from && {
      label: isStarred ? "Remove from favourites" : "Add to favourites",
      icon: isStarred ? StarOff : Star,
      onSelect: () => files.setFavourite(entries, !isStarred),
    },
    isOne && offlineAction(entry, files),
    isOne && { label: "Details", icon: Info, onSelect: () => files.show({ kind: "details", entry }) },
    row !== undefined && null,
    canChange &&
      row !== undefined && {
        label: "Cut",
        icon: Scissors,
        shortcut: "Ctrl X",
        isQuiet: true,
        onSelect: () => files.clip("move", entries),
      },
    row !== undefined && {
      label: "Copy",
      icon: Copy,
      shortcut: "Ctrl C",
      isQuiet: true,
      onSelect: () => files.clip("copy", entries),
    },
    (canChange || row !== undefined) && null,
    canChange &&
      row !== undefined &&
      isOne && { label: "Rename", icon: Pencil, shortcut: "F2", onSelect: () => row.onRename(entry) },
    canChange &&
      row !== undefined && { label: "Move…", icon: FolderInput, onSelect: () => files.show({ kind: "move", entries }) },
    row !== undefined && {
      label: "Copy to…",
      icon: CopyPlus,
      onSelect: () => files.show({ kind: "copy", entries }),
    },
    hasMount && isOne
      ? {
          label: "Leave…",
          icon: LogOut,
          shortcut: "Del",
          isDanger: true,
          onSelect: () => files.remove(entries),
        }
      : canChange && {
          label: "Delete",
          icon: Trash2,
          shortcut: "Del",
          isDanger: true,
          onSelect: () => files.remove(entries),
        },
  ];
  return actions.filter((action) => action !== false);
}

/** Of what lies on another cloud, unless a folder above it is kept anyway. */
function offlineAction(entry: DriveEntryView, files: FilesActions): MenuAction | false {
  const { offline, source } = entry;
  if (!(source ?? files.from)?.provider || (offline && !offline.isPinned)) return false;
  return offline
    ? { label: "Keep no copy here", icon: PinOff, onSelect: () => files.keepHere(entry, false) }
    : { label: "Keep a copy here", icon: Pin, onSelect: () => files.keepHere(entry, true) };
}
