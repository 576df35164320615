import type { IncomingMessage, ServerResponse } from "node:http";
import type { UserPrincipal } from "@/lib/core/principal";
import type { Drive } from "@/lib/drive/drive";
import type { Entry, Tree, TreePath } from "@/lib/files/tree";
import { formatDavPath } from "@/lib/protocol/dav/path";

/** What only a person's own files have: locks, and what programs write on them. */
export type OwnFiles = {
  user: UserPrincipal;
  drive: Drive;
  /** The ids of the locks that the request names. */
  heldLocks: string[];
};

/** A tree at an address. */
export type DavMount = {
  tree: Tree;
  /** The same, where what was received looks as its own cloud has it now; absent where nothing is received. */
  opened?: Tree;
  /** The same for whoever lists it: what was received as it was last known here; absent where nothing is received. */
  shown?: Pick<Tree, "stat" | "list">;
  /** Absent for the root of a share. */
  own?: OwnFiles;
  /** The encoded path under which the tree stands, without a slash at its end. */
  root: string;
  /** `host[:port]` of every name this site answers to: a Destination may name no other. */
  authorities: readonly string[];
  /** The tree may be one file, which some clients name once more below its address. */
  mayBeFile: boolean;
  /** Whether whoever walks it may have its owner share all of it with others. */
  canReshare?: boolean;
  /** Of a share that may be written to: who has only so much room for that. */
  owner?: { siteId: string; userId: string };
  /** Throws once the tree may no longer be walked; asked now and then during a long transfer. */
  check: () => Promise<unknown>;
};

/** One request on its way through a method. */
export type DavExchange = {
  request: IncomingMessage;
  response: ServerResponse;
  mount: DavMount;
  /** The tree as whoever opens something, or holds it to a condition, must see it. */
  opened: Tree;
  /** As the client asked; it may name a shared file below itself. */
  asked: TreePath;
  /** Within the tree. */
  path: TreePath;
  /** Whether the address ends in a slash, as that of a folder does. */
  asFolder: boolean;
  /** Aborts when the client goes, or may go on no longer. */
  signal: AbortSignal;
};

/** A single site answers to any name: clients write the one they know into a Destination. */
export function authoritiesOf({ origin }: { origin: string }, { headers }: IncomingMessage): string[] {
  return [new URL(origin).host, headers.host?.toLowerCase() ?? ""];
}

/** The address of an entry; a folder's ends in a slash. */
export function hrefOf(root: string, path: TreePath, kind: Entry["kind"]): string {
  return `${root}${formatDavPath(path)}${kind === "folder" ? "/" : ""}`;
}

/** The address of a place as `lockPath` writes it. */
export const hrefOfLock = (root: string, path: string) => `${root}${formatDavPath(path.split("/").slice(1))}`;

/** Whether the request announces a body. */
export function announcesBody({ headers }: IncomingMessage): boolean {
  return headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) !== 0;
}
