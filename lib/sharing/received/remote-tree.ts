import { conflict, forbidden, hasCode, notFound } from "@/lib/core/errors";
import type { TransferOptions, Tree, TreePath } from "@/lib/files/tree";
import { entryOfClaims, ifMatchOf, type RemoteEntry } from "./remote/entries";
import { changed, nameTaken } from "./remote/failures";
import { listPage } from "./remote/listing";
import { addressOf, ask, discard, type PeerRequest, type Source } from "./remote/peer-folder";
import { claimsAt, claimsOfFile, type Place } from "./remote/propfind";
import { readFile } from "./remote/read-file";
import { writeFile } from "./remote/write-file";

export type RemoteShare = Source & {
  resourceKind: "file" | "folder";
  /** What the share is called here. */
  name: string;
  canWrite: boolean;
};

/**
 * A received share on another cloud, over WebDAV. Every call asks that cloud: nothing is remembered but the pages of
 * one listing, for seconds. Its names are given back byte for byte; of what it says nothing is believed that could
 * lead elsewhere.
 *
 * @see OCM, "Resource Access"
 */
export function davRemoteTree({ resourceKind, name, canWrite, ...source }: RemoteShare): Tree {
  const { provider } = source;
  const placeOf = (path: TreePath): Place => {
    if (resourceKind === "file" && path.length > 0) throw notFound("NODE_NOT_FOUND", "There is nothing below a file.");
    return { source, path, canWrite };
  };
  const requireWritable = () => {
    if (!canWrite) throw forbidden("READ_ONLY", `You can view this, but not change it: it belongs to ${provider}.`);
  };
  const claims = resourceKind === "file" ? claimsOfFile : claimsAt;
  const nameOf = (path: TreePath) => path.at(-1) ?? name;

  async function stat(path: TreePath): Promise<RemoteEntry> {
    return entryOfClaims(nameOf(path), path, await claims(placeOf(path)), canWrite);
  }

  async function change(request: PeerRequest, good: number[]): Promise<void> {
    placeOf(request.path);
    discard((await ask(source, request, good)).body);
  }

  async function transfer(
    method: "MOVE" | "COPY",
    from: TreePath,
    to: TreePath,
    { overwrite = false, depth = "infinity", ifMatch, signal }: TransferOptions & { depth?: string },
  ) {
    requireWritable();
    const destination = addressOf(source, to);
    const headers = { destination, overwrite: overwrite ? "T" : "F", depth, ...(await expecting(from, ifMatch)) };
    await change({ method, path: from, headers, signal }, [200, 201, 204]).catch((error) => {
      if (!overwrite && ifMatch === undefined && hasCode(error, "ETAG_MISMATCH")) throw nameTaken();
      throw error;
    });
    return stat(to);
  }

  /**
   * Not every cloud heeds If-Match where something is removed or moved, and some say of every folder that it does not fit:
   * so we look, directly before, and let that cloud judge of files once more.
   */
  async function expecting(path: TreePath, ifMatch?: string): Promise<Record<string, string>> {
    if (ifMatch === undefined) return {};
    const { kind, etag } = await stat(path);
    if (etag !== ifMatch) throw changed(provider);
    const known = kind === "file" ? ifMatchOf(ifMatch) : null;
    return known ? { "if-match": known } : {};
  }

  async function remove(path: TreePath, { ifMatch }: { ifMatch?: string } = {}) {
    requireWritable();
    await change({ method: "DELETE", path, headers: await expecting(path, ifMatch) }, [200, 204]);
  }

  return {
    stat,
    async list(path, page = {}) {
      if (resourceKind === "file") throw conflict("NOT_A_FOLDER", "This is a file, not a folder.");
      return listPage(placeOf(path), page);
    },
    async read(path, options = {}) {
      return readFile(placeOf(path), nameOf(path), options, () => stat(path));
    },
    async write(path, body, options = {}) {
      requireWritable();
      return writeFile(placeOf(path), nameOf(path), body, options, () => stat(path));
    },
    async makeFolder(path) {
      requireWritable();
      await change({ method: "MKCOL", path, asFolder: true }, [200, 201]);
      return stat(path);
    },
    remove,
    move: (from, to, options = {}) => transfer("MOVE", from, to, options),
    copy: (from, to, options = {}) => transfer("COPY", from, to, options),
  };
}
