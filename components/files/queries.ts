import {
  infiniteQueryOptions,
  type QueryClient,
  queryOptions,
  useMutation,
  useQueryClient,
} from "@tanstack/react-query";
import { z } from "zod";
import { api, urlOf } from "@/components/api";
import { doEach } from "@/components/files/do-each";
import type { FolderPages } from "@/components/files/own-folders";
import { joinPath } from "@/components/files/paths";
import { FolderView, FreshnessView, PlacedEntryView, SourceView } from "@/lib/drive/schema";
import { EntryView, TrashedView, TrashPage } from "@/lib/files/schema";

export const FIRST_PAGE = 200;
const NEXT_PAGES = 1000;

/** A small first page, so that it is there at once; large ones after it, for folders of many thousands. */
export function folderQuery(path: string) {
  return infiniteQueryOptions({
    queryKey: ["files", "folder", path],
    queryFn: ({ pageParam, signal }) =>
      api(FolderView, urlOf("/api/files", { path, after: pageParam, limit: pageParam ? NEXT_PAGES : FIRST_PAGE }), {
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });
}

export function entryQuery(path: string) {
  return queryOptions({
    queryKey: ["files", "entry", path],
    queryFn: ({ signal }) => api(PlacedEntryView, urlOf("/api/files/entry", { path }), { signal }),
  });
}

/** Asked again and again as long as a folder of another cloud is on the screen, which has that cloud asked as well. */
export function freshnessQuery(path: string) {
  return queryOptions({
    queryKey: ["files", "freshness", path],
    queryFn: ({ signal }) => api(FreshnessView, urlOf("/api/files/freshness", { path }), { signal }),
    refetchInterval: 3_000,
    retry: false,
  });
}

/** From whom what stands at a path comes, which one's own cloud knows without asking the other. */
export function sourceQuery(path: string) {
  return queryOptions({
    queryKey: ["files", "source", path],
    queryFn: ({ signal }) =>
      api(z.object({ from: SourceView.nullable() }), urlOf("/api/files/source", { path }), { signal }),
  });
}

export const trashQuery = infiniteQueryOptions({
  queryKey: ["trash"],
  queryFn: ({ pageParam }) => api(TrashPage, urlOf("/api/trash", { after: pageParam, limit: 200 })),
  initialPageParam: null as string | null,
  getNextPageParam: (page) => page.next,
});

/** With a signal for whoever does not want to wait for another cloud any longer. */
type Stoppable = { signal: AbortSignal };

export function useMakeFolder() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ path, signal }: { path: string } & Stoppable) =>
      api(EntryView, "/api/files/folders", { ...post({ path }), signal }),
    onSettled: () => refreshFolders(client),
  });
}

/** Also renames: a move within one folder. */
export function useMoveEntry() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ signal, ...input }: { from: string; to: string } & Stoppable) =>
      api(EntryView, "/api/files/move", { ...post(input), signal }),
    onSettled: () => refreshFolders(client),
  });
}

/** Takes entries of one folder away: they leave the screen at once, and those that the server refuses come back. */
export function useRemoveEntries(folder: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ entries, signal }: { entries: EntryView[] } & Stoppable) =>
      doEach(entries, (entry) => removeEntry(joinPath(folder, entry.name), signal)),
    onMutate: async ({ entries }) => {
      const { queryKey } = folderQuery(folder);
      await client.cancelQueries({ queryKey });
      const gone = new Set(entries.map((entry) => entry.id));
      client.setQueryData<FolderPages>(queryKey, (data) => data && without(data, gone));
    },
    onSettled: () => Promise.all([refreshFolders(client), client.invalidateQueries({ queryKey: ["trash"] })]),
  });
}

export function useRestore() {
  return useTrashChange((ids: string[]) =>
    api(
      z.object({ restored: z.array(z.object({ id: z.string(), path: z.string() })) }),
      "/api/trash/restore",
      post({ ids }),
    ),
  );
}

export function useDeleteForGood() {
  return useTrashChange((ids: string[]) => api(z.unknown(), "/api/trash", { ...post({ ids }), method: "DELETE" }));
}

export function useEmptyTrash() {
  return useTrashChange(() => api(z.unknown(), "/api/trash/all", { method: "DELETE" }));
}

export function refreshFolders(client: QueryClient): Promise<unknown> {
  return Promise.all([
    client.invalidateQueries({ queryKey: ["files"] }),
    client.invalidateQueries({ queryKey: ["usage"] }),
  ]);
}

async function removeEntry(path: string, signal: AbortSignal): Promise<TrashedView | null> {
  const Answer = z.object({ trashed: TrashedView.nullable() });
  const { trashed } = await api(Answer, urlOf("/api/files", { path }), { method: "DELETE", signal });
  return trashed;
}

function without(data: FolderPages, gone: ReadonlySet<string>): FolderPages {
  const pages = data.pages.map((page) => ({ ...page, items: page.items.filter((entry) => !gone.has(entry.id)) }));
  return { ...data, pages };
}

function useTrashChange<Input, Output>(mutationFn: (input: Input) => Promise<Output>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn,
    onSettled: () => Promise.all([refreshFolders(client), client.invalidateQueries({ queryKey: ["trash"] })]),
  });
}

function post(body: unknown): RequestInit {
  return { method: "POST", body: JSON.stringify(body) };
}
