import { contentUrl } from "@/components/files/paths";
import type { Verb } from "@/components/files/transfer/transfer-one";
import type { EntryView } from "@/lib/files/schema";

/** What is dragged within Files: paths of entries, under a type that other pages do not read. */
export const DRAGGED_ENTRIES = "application/x-tessera-paths";

export function hasEntries(transfer: DataTransfer): boolean {
  return transfer.types.includes(DRAGGED_ENTRIES);
}

export function hasFiles(transfer: DataTransfer): boolean {
  return transfer.types.includes("Files");
}

/** With Ctrl (on a Mac: ⌥) held, what is dragged is copied. */
export function verbOf(event: { ctrlKey: boolean; altKey: boolean }): Verb {
  return event.ctrlKey || event.altKey ? "copy" : "move";
}

/** By this a browser that knows it saves a file where it is dropped outside. */
export function offerDownload(transfer: DataTransfer, { name, mediaType }: EntryView, path: string): void {
  const url = new URL(contentUrl(path, { isDownload: true }), window.location.href);
  transfer.setData("DownloadURL", `${mediaType ?? "application/octet-stream"}:${name.replaceAll(":", "_")}:${url}`);
}

export function draggedPaths(transfer: DataTransfer): string[] {
  return transfer.getData(DRAGGED_ENTRIES).split("\n").filter(Boolean);
}
