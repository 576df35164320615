import { Readable } from "node:stream";
import { pool } from "@/lib/core/db";
import { isShort } from "../blobs/short";
import type { Tree, TreePath } from "../tree";
import { copyNode } from "./copy-node";
import { listChildren } from "./list-children";
import { makeFolder } from "./make-folder";
import { moveNode } from "./move-node";
import { toEntry } from "./node-row";
import { readFile } from "./read-file";
import { absent, isReceivedShare, nameTaken, notAFolder } from "./refusals";
import type { Scope } from "./scope";
import { trashNode } from "./trash-node";
import { type Walk, walk } from "./walk";
import { createShort, receiveShort, writeFile } from "./write-file";

/** The tree over nodes of ours: a person's own, or what hangs below a shared one. */
export function nodeTree(scope: Scope): Tree {
  /** Follows a path; where a received share stands on it, the tree of that share answers for the rest. */
  const at = async <T>(
    path: TreePath,
    own: (found: Walk) => Promise<T>,
    mounted: (open: () => Promise<Tree>, rest: string[]) => Promise<T>,
  ) => {
    const found = await walk(pool(), scope, path);
    if (found.node.kind !== "mount" || !found.node.mountId) return own(found);
    const { openMount } = scope;
    if (!openMount) throw absent();
    const { mountId } = found.node;
    return mounted(() => openMount(mountId), found.rest);
  };

  return {
    hasTrash: true,
    stat: async (path) => {
      const { node, rest } = await walk(pool(), scope, path);
      if (rest.length === 0) return toEntry(scope, node);
      if (node.kind !== "mount" || !node.mountId || !scope.openMount) throw absent();
      return (await scope.openMount(node.mountId)).stat(rest);
    },
    list: (path, page = {}) =>
      at(
        path,
        async (found) => {
          if (present(found).kind !== "folder") throw notAFolder();
          return listChildren(pool(), scope, found.node.id, page);
        },
        async (open, rest) => (await open()).list(rest, page),
      ),
    read: (path, options = {}) =>
      at(
        path,
        async (found) => readFile(scope, present(found), path, options),
        async (open, rest) => (await open()).read(rest, options),
      ),
    write: async (path, body, options = {}) => {
      const short = isShort(options.size) ? await receiveShort(body, options.size, options) : null;
      const entry = short && (await createShort(scope, path, short, options));
      if (entry) return { entry, created: true };
      return at(
        path,
        (found) => writeFile(scope, found, short ?? body, options, path),
        async (open, rest) => (await open()).write(rest, short ? Readable.from([short.bytes]) : body, options),
      );
    },
    makeFolder: (path) =>
      at(
        path,
        (found) => makeFolder(scope, found),
        async (open, rest) => {
          if (rest.length === 0) throw nameTaken();
          return (await open()).makeFolder(rest);
        },
      ),
    remove: (path, options = {}) =>
      at(
        path,
        () => trashNode(scope, path, options),
        async (open, rest) => {
          if (rest.length === 0) throw isReceivedShare();
          return (await open()).remove(rest, options);
        },
      ),
    move: (from, to, options = {}) => moveNode(scope, from, to, options),
    copy: (from, to, options = {}) => copyNode(scope, from, to, options),
  };
}

function present({ node, rest }: Walk) {
  if (rest.length > 0) throw node.kind === "file" ? notAFolder() : absent();
  return node;
}
