import { ApiError, api } from "@/components/api";
import { announceArrival } from "@/components/files/arrivals";
import { joinPath } from "@/components/files/paths";
import { EntryView } from "@/lib/files/schema";

/** The folders that uploads go to, and whether each was made for them: in a new one no name can be taken. */
const folders = new Map<string, Promise<{ isNew: boolean }>>();

/** The folder that is looked at exists; those below it are made as they are met. */
export function knowFolder(path: string): void {
  folders.set(path, Promise.resolve({ isNew: false }));
}

/** Makes a folder and those above it, each once however many files wait for it. */
export function ensureFolder(path: string): Promise<{ isNew: boolean }> {
  const known = folders.get(path);
  if (known) return known;
  const made = makeFolder(path);
  folders.set(path, made);
  made.catch(() => folders.delete(path));
  return made;
}

/** What of a drop no file would bring along. */
export async function makeEmptyFolders(into: string, ways: readonly string[][]): Promise<void> {
  knowFolder(into);
  for (const way of ways) await ensureFolder(joinPath(into, ...way));
  if (ways.length > 0)
    announceArrival(
      into,
      ways.flatMap(([first]) => first ?? []),
      { isModest: true },
    );
}

export function forgetFolders(): void {
  folders.clear();
}

async function makeFolder(path: string): Promise<{ isNew: boolean }> {
  const parent = path.slice(0, path.lastIndexOf("/"));
  if (parent !== "") await ensureFolder(parent);
  return api(EntryView, "/api/files/folders", { method: "POST", body: JSON.stringify({ path }) }).then(
    () => ({ isNew: true }),
    (error) => {
      if (error instanceof ApiError && error.code === "NAME_TAKEN") return { isNew: false };
      throw error;
    },
  );
}
