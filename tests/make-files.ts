import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { ownTree } from "@/lib/files/own-tree";
import type { Entry, Tree } from "@/lib/files/tree";

type Owner = { siteId: string; userId: string };

/** "/a/b" as a path of names. */
export const names = (path: string): string[] => path.split("/").filter(Boolean);

/** A body that holds this text. */
export const bytes = (content: string | Buffer): Readable => Readable.from([Buffer.from(content)]);

/** A file with this content in a person's tree; the folders on the way are made too. */
export async function makeFile(owner: Owner, path: string, content: string | Buffer = "content"): Promise<Entry> {
  const tree = ownTree(owner);
  const way = names(path);
  for (let depth = 1; depth < way.length; depth++) await tree.makeFolder(way.slice(0, depth)).catch(() => {});
  return (await tree.write(way, bytes(content))).entry;
}

/** The content of a file as text. */
export async function contentOf(tree: Tree, path: string): Promise<string> {
  return text((await tree.read(names(path))).body);
}

/** The names in a folder, in the order of the list. */
export async function namesIn(tree: Tree, path = "/"): Promise<string[]> {
  return (await tree.list(names(path))).items.map(({ name }) => name);
}
