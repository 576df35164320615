import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { AppError, conflict, forbidden, notFound } from "@/lib/core/errors";
import type { Entry, Tree, TreePath } from "@/lib/files/tree";
import { resolveRange } from "@/lib/protocol/dav/range";

type Node = { id: number; bytes: Buffer | null; children: Map<string, Node>; modifiedAt: Date };

/** A tree that is forgotten with the process, for tests of what stands on trees. `files` maps paths to texts. */
export function memoryTree(files: Record<string, string> = {}, { canWrite = true, rootName = "Shared" } = {}): Tree {
  let lastId = 0;
  const make = (bytes: Buffer | null): Node => ({ id: ++lastId, bytes, children: new Map(), modifiedAt: new Date() });
  const isLoneFile = "" in files;
  const root = make(isLoneFile ? Buffer.from(files[""] ?? "") : null);

  const find = (path: TreePath): Node => {
    let node = root;
    for (const name of path) {
      if (node.bytes) throw conflict("NOT_A_FOLDER", "That is a file.");
      const child = node.children.get(name);
      if (!child) throw notFound("NODE_NOT_FOUND", "There is nothing of that name.");
      node = child;
    }
    return node;
  };
  const folderAt = (path: TreePath): Node => {
    const node = find(path);
    if (node.bytes) throw conflict("NOT_A_FOLDER", "That is a file.");
    return node;
  };
  const requireWritable = () => {
    if (!canWrite) throw forbidden("READ_ONLY", "This can only be viewed.");
  };
  const describe = (node: Node): string => {
    const below = [...node.children].map(([name, child]) => `${name}:${describe(child)}`);
    return createHash("sha256")
      .update(`${node.id} ${below}`)
      .update(node.bytes ?? "")
      .digest("hex")
      .slice(0, 16);
  };
  const requireEtag = (path: TreePath, expected = describe(find(path))) => {
    if (describe(find(path)) !== expected) throw new AppError(412, "ETAG_MISMATCH", "It has changed.");
  };
  const entryOf = (node: Node, name: string): Entry & { size: number } => ({
    id: `node-${node.id}`,
    name,
    kind: node.bytes ? "file" : "folder",
    size: node.bytes?.length ?? 0,
    mediaType: node.bytes ? "text/plain" : null,
    etag: describe(node),
    modifiedAt: node.modifiedAt,
    canWrite,
  });
  const place = (path: TreePath, node: Node, mayReplace: boolean) => {
    const parent = folderAt(path.slice(0, -1));
    const name = path.at(-1) ?? "";
    if (!mayReplace && parent.children.has(name)) throw conflict("NAME_TAKEN", "That name is taken.");
    parent.children.set(name, node);
    return entryOf(node, name);
  };
  const clone = (node: Node, isDeep: boolean): Node => ({
    ...make(node.bytes),
    children: new Map(isDeep ? [...node.children].map(([name, child]) => [name, clone(child, true)]) : []),
  });

  const tree: Tree = {
    stat: async (path) => entryOf(find(path), path.at(-1) ?? rootName),
    async list(path, { after, limit = 100 } = {}) {
      const all = [...folderAt(path).children].map(([name, node]) => entryOf(node, name));
      all.sort((one, other) => other.kind.localeCompare(one.kind) || (one.name < other.name ? -1 : 1));
      const start = after === undefined ? 0 : Number(after);
      return {
        items: all.slice(start, start + limit),
        next: start + limit < all.length ? String(start + limit) : null,
      };
    },
    async read(path, { range } = {}) {
      const node = find(path);
      const { bytes } = node;
      if (!bytes) throw conflict("NOT_A_FILE", "This is a folder, not a file.");
      const span = range ? resolveRange(range, bytes.length) : null;
      const part = span ? bytes.subarray(span.start, span.end + 1) : bytes;
      return { entry: entryOf(node, path.at(-1) ?? rootName), range: span, body: Readable.from([part]) };
    },
    async write(path, body, { ifMatch, ifAbsent } = {}) {
      requireWritable();
      const bytes = await buffer(body);
      const folderThere = conflict("NAME_TAKEN", "A folder stands there.");
      if (path.length === 0) {
        if (!root.bytes) throw folderThere;
        root.bytes = bytes;
        return { entry: entryOf(root, rootName), created: false };
      }
      const present = folderAt(path.slice(0, -1)).children.get(path.at(-1) ?? "");
      if (present && !present.bytes) throw folderThere;
      if (ifMatch !== undefined && (!present || describe(present) !== ifMatch)) {
        throw new AppError(412, "ETAG_MISMATCH", "It has changed.");
      }
      return { entry: place(path, make(bytes), !ifAbsent), created: !present };
    },
    async makeFolder(path) {
      requireWritable();
      return place(path, make(null), false);
    },
    async remove(path, { ifMatch } = {}) {
      requireWritable();
      requireEtag(path, ifMatch);
      folderAt(path.slice(0, -1)).children.delete(path.at(-1) ?? "");
    },
    async move(from, to, { overwrite = false, ifMatch } = {}) {
      requireWritable();
      requireEtag(from, ifMatch);
      const entry = place(to, find(from), overwrite);
      folderAt(from.slice(0, -1)).children.delete(from.at(-1) ?? "");
      return entry;
    },
    async copy(from, to, { overwrite = false, depth = "infinity", ifMatch } = {}) {
      requireWritable();
      requireEtag(from, ifMatch);
      return place(to, clone(find(from), depth === "infinity"), overwrite);
    },
  };

  for (const [path, text] of Object.entries(files)) {
    const names = path.split("/").filter(Boolean);
    for (const [index, name] of names.entries()) {
      const parent = folderAt(names.slice(0, index));
      const isLast = index === names.length - 1 && !path.endsWith("/");
      if (!parent.children.has(name)) parent.children.set(name, make(isLast ? Buffer.from(text) : null));
    }
  }
  return tree;
}
