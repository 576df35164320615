import { ClipboardPaste, FilePlus, FolderPlus } from "lucide-react";
import type { FilesActions } from "@/components/files/use-files-actions";
import type { MenuAction } from "@/components/ui/menu-action";

/** What can be done in a folder itself: the menu of “New”, and of the free space beside its things. */
export function folderActions({ canWrite, show, paste }: FilesActions): MenuAction[] {
  if (!canWrite) return [];
  return [
    { label: "New folder…", icon: FolderPlus, onSelect: () => show({ kind: "new-folder" }) },
    { label: "New text file…", icon: FilePlus, onSelect: () => show({ kind: "new-text" }) },
    ...(paste ? [null, { label: "Paste", icon: ClipboardPaste, shortcut: "Ctrl V", onSelect: paste }] : []),
  ];
}
