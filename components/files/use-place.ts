"use client";

import { usePathname, useSearchParams } from "next/navigation";
import { editHrefOf, folderOfPathname, hrefOf, joinPath } from "@/components/files/paths";
import type { EntryView } from "@/lib/files/schema";

/** Where in the files one is: the address of the page says it. Going elsewhere needs no new page from the server. */
export function usePlace() {
  const path = folderOfPathname(usePathname());
  const query = useSearchParams();
  const openName = query.get("open");
  return {
    path,
    /** The file that is opened over the list. */
    openName,
    /** Not to be looked at but to be written in. */
    isEditing: query.has("edit"),
    /** Takes the place of the file that is open. */
    editFile: (file: string) => {
      const change = openName === null ? "pushState" : "replaceState";
      window.history[change](null, "", editHrefOf(file));
    },
    goTo: (folder: string) => window.history.pushState(null, "", hrefOf(folder)),
    openEntry: (entry: Pick<EntryView, "name" | "kind">) =>
      window.history.pushState(null, "", hrefOf(joinPath(path, entry.name), entry.kind)),
    showFile: (name: string) => window.history.replaceState(null, "", hrefOf(joinPath(path, name), "file")),
    closeFile: () => window.history.replaceState(null, "", hrefOf(path)),
  };
}
