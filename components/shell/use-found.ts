"use client";

import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { File, FolderClosed, type LucideIcon, UserRound } from "lucide-react";
import { usePathname, useRouter } from "next/navigation";
import { contactsQuery } from "@/components/contacts/queries";
import { folderOfPathname, hrefOf, joinPath } from "@/components/files/paths";
import { folderQuery } from "@/components/files/queries";
import { foundQuery } from "@/components/search/queries";
import { FILES, isWithin } from "@/components/shell/nav-items";

const MOST_FOUND = 8;
/** Of letters, before all files are asked for. */
const SHORTEST = 2;

/** A line of the command palette; `key` where two may have the same words, `also` by which else it is found. */
export type Choice = { key?: string; label: string; also?: string; icon: LucideIcon; run: () => void };

/** What is at hand of that name: in the folder one looks at, elsewhere in one's files, and among one's contacts. */
export function useFound(search: string): { entries: Choice[]; elsewhere: Choice[]; people: Choice[] } {
  const router = useRouter();
  const client = useQueryClient();
  const pathname = usePathname();
  const { data: contacts } = useInfiniteQuery(contactsQuery(search));
  const isAsked = search.length >= SHORTEST;
  const { data: files, isPlaceholderData: isOfBefore } = useInfiniteQuery({
    ...foundQuery({ q: search }, MOST_FOUND),
    enabled: isAsked,
  });
  if (search === "") return { entries: [], elsewhere: [], people: [] };

  const fits = (name: string) => name.toLocaleLowerCase().includes(search);
  const folder = folderOfPathname(pathname);
  const pages = isWithin(FILES, pathname) ? client.getQueryData(folderQuery(folder).queryKey)?.pages : undefined;
  const entries = pages?.flatMap((page) => page.items).filter((entry) => fits(entry.name)) ?? [];
  const listed = new Set(entries.map(({ id }) => id));
  const elsewhere = isAsked && !isOfBefore ? (files?.pages[0]?.items.filter(({ id }) => !listed.has(id)) ?? []) : [];
  const people = contacts?.pages.flatMap((page) => page.items).filter(({ displayName }) => fits(displayName)) ?? [];
  return {
    entries: entries.slice(0, MOST_FOUND).map(({ id, name, kind }) => ({
      key: id,
      label: name,
      icon: kind === "folder" ? FolderClosed : File,
      run: () => window.history.pushState(null, "", hrefOf(joinPath(folder, name), kind)),
    })),
    elsewhere: elsewhere.map(({ id, name, kind, folder: place }) => ({
      key: id,
      label: place === "/" ? name : `${name} — ${place.slice(1)}`,
      also: search,
      icon: kind === "folder" ? FolderClosed : File,
      run: () => router.push(hrefOf(joinPath(place, name), kind)),
    })),
    people: people.slice(0, MOST_FOUND).map(({ id, displayName }) => ({
      key: id,
      label: displayName,
      icon: UserRound,
      run: () => router.push("/contacts"),
    })),
  };
}
