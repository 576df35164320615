import type { InfiniteData, InvalidateQueryFilters } from "@tanstack/react-query";
import type { FolderView } from "@/lib/drive/schema";

export type FolderPages = InfiniteData<FolderView, string | null>;

/** Folders of one's own: how what is in them is shared is said there, and asking anew asks no other cloud. */
export const OWN_FOLDERS: InvalidateQueryFilters = {
  queryKey: ["files", "folder"],
  predicate: ({ state }) => (state.data as FolderPages | undefined)?.pages[0]?.from === null,
};
