"use client";

import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { File, FolderClosed, type LucideIcon, UserRound } from "lucide-react";
import { usePathname, useRouter } from "next/navigation";
import { contactsQuery } from "@/components/contacts/queries";
import { folderOfPathname, hrefOf, joinPath } from "@/components/files/paths";
import { folderQuery } from "@/components/files/queries";
import { FILES, isWithin } from "@/components/shell/nav-items";

const MOST_FOUND = 8;

/** A line of the command palette; `key` where two may have the same words. */
export type Choice = { key?: string; label: string; icon: LucideIcon; run: () => void };

/** What is at hand of that name: in the folder one looks at, and among one's contacts. */
export function useFound(search: string): { entries: Choice[]; people: Choice[] } {
  const router = useRouter();
  const client = useQueryClient();
  const pathname = usePathname();
  const { data: contacts } = useInfiniteQuery(contactsQuery(search));
  if (search === "") return { entries: [], people: [] };

  const fits = (name: string) => name.toLocaleLowerCase().includes(search);
  const folder = folderOfPathname(pathname);
  const pages = isWithin(FILES, pathname) ? client.getQueryData(folderQuery(folder).queryKey)?.pages : undefined;
  const entries = pages?.flatMap((page) => page.items).filter((entry) => fits(entry.name)) ?? [];
  const people = contacts?.pages.flatMap((page) => page.items).filter(({ displayName }) => fits(displayName)) ?? [];
  return {
    entries: entries.slice(0, MOST_FOUND).map(({ id, name, kind }) => ({
      key: id,
      label: name,
      icon: kind === "folder" ? FolderClosed : File,
      run: () => window.history.pushState(null, "", hrefOf(joinPath(folder, name), kind)),
    })),
    people: people.slice(0, MOST_FOUND).map(({ id, displayName }) => ({
      key: id,
      label: displayName,
      icon: UserRound,
      run: () => router.push("/contacts"),
    })),
  };
}
