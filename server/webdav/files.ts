import type { IncomingMessage } from "node:http";
import { drive } from "@/lib/drive/drive";
import { openedDrive } from "@/lib/drive/opened-drive";
import { programsTree } from "@/lib/drive/shown-tree";
import { appOfRequest, siteOfNodeRequest } from "@/lib/http/node-request";
import { parseIfHeader } from "@/lib/protocol/dav/if-header";
import { idOfToken } from "@/lib/protocol/dav/lock-request";
import { parseDavPath } from "@/lib/protocol/dav/path";
import { nothingHere } from "./conditions";
import { authoritiesOf, type DavMount } from "./exchange";

/** Below it the files of each person, under the user name. */
const ROOT = "/dav/files";

/** Whether an address leads to the files of a person, as far as can be seen of it. */
export const isFiles = (path: string) => path === ROOT || path.startsWith(`${ROOT}/`);

/**
 * Opens all that a person can reach, own and received, to whoever holds an app password of that person for files: with
 * Basic and the name, or as a bearer. Somebody else's name leads nowhere.
 *
 * @throws APP_PASSWORD_WRONG (401), APP_PASSWORD_NOT_FOR_THIS (403), NODE_NOT_FOUND, PATH_INVALID, TOO_MANY_REQUESTS
 */
export async function openFiles(request: IncomingMessage, path: string): Promise<DavMount> {
  const user = await appOfRequest(request);
  const written = path.slice(ROOT.length + 1).replace(/\/.*$/s, "");
  if (parseDavPath(written).join("/").toLowerCase() !== user.userName) throw nothingHere();
  const heldLocks = locksNamedIn(request);
  const tree = drive(user, { heldLocks });
  return {
    tree,
    own: { user, drive: tree, heldLocks },
    opened: openedDrive(user, tree),
    shown: programsTree(user),
    root: `${ROOT}/${written}`,
    authorities: authoritiesOf(await siteOfNodeRequest(request), request),
    mayBeFile: false,
    check: tree.stillAllowed,
  };
}

/** Naming a lock in an If header is what shows that one holds it; whose it is, is judged when it is looked for. */
function locksNamedIn({ headers }: IncomingMessage): string[] {
  const conditions =
    headers.if === undefined ? [] : parseIfHeader(String(headers.if)).flatMap((list) => list.conditions);
  return conditions.flatMap((condition) =>
    "token" in condition && !condition.isNegated ? (idOfToken(condition.token) ?? []) : [],
  );
}
