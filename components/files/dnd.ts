/** What is dragged within Files: paths of entries, under a type that other pages do not read. */
export const DRAGGED_ENTRIES = "application/x-tessera-paths";

export function hasEntries(transfer: DataTransfer): boolean {
  return transfer.types.includes(DRAGGED_ENTRIES);
}

export function hasFiles(transfer: DataTransfer): boolean {
  return transfer.types.includes("Files");
}

export function draggedPaths(transfer: DataTransfer): string[] {
  return transfer.getData(DRAGGED_ENTRIES).split("\n").filter(Boolean);
}
