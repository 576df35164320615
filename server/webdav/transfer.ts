import { forbidden, invalid } from "@/lib/core/errors";
import { whole } from "@/lib/files/locks";
import type { TreePath } from "@/lib/files/tree";
import { depthOf, destinationOf, mayOverwrite } from "@/lib/protocol/dav/headers";
import { parseDavPath } from "@/lib/protocol/dav/path";
import { findEntry, getEntry, parentMissing, preconditionFailed, renaming, requireConditions } from "./conditions";
import type { DavExchange } from "./exchange";
import { answerEmpty } from "./reply";
import { requireNotRoot } from "./write";

/** What goes from cloud to cloud is answered when all is there, which is stopped after an hour; see lib/drive/journey.ts. */
const PATIENCE = 65 * 60_000;

/**
 * COPY and MOVE within one tree.
 *
 * @see RFC 4918, sections 9.8 and 9.9
 */
export async function answerCopyOrMove(exchange: DavExchange): Promise<void> {
  const { request, response, mount, path, signal } = exchange;
  const { tree } = mount;
  const isMove = request.method === "MOVE";
  const depth = depthOf(request.headers);
  if (depth === "1" || (isMove && depth === "0")) throw invalid("HEADER_INVALID", "That Depth makes no sense here.");
  const overwrite = mayOverwrite(request.headers);
  const to = destinationWithin(exchange);

  const source = await getEntry(tree, path);
  const { ifMatch } = await requireConditions(exchange, source, isMove ? [whole(path), whole(to)] : [whole(to)]);
  if (isMove) requireNotRoot(exchange);
  if (startsWith(to, path) || startsWith(path, to)) {
    throw forbidden("DESTINATION_INVALID", "Nothing can go into itself, or in place of what it is in.");
  }
  const present = await findEntry(tree, to);
  if (present && !overwrite) throw preconditionFailed();

  request.socket.setTimeout(PATIENCE); // until the next request
  const options = { overwrite, ifMatch, signal };
  const work = isMove ? tree.move(path, to, options) : tree.copy(path, to, { ...options, depth });
  await renaming<unknown>(work, {
    NODE_NOT_FOUND: parentMissing(),
    ...(!overwrite && { NAME_TAKEN: preconditionFailed() }),
  });
  answerEmpty(response, present ? 204 : 201);
}

function destinationWithin({ request, mount }: DavExchange): TreePath {
  const destination = destinationOf(request.headers, mount.authorities);
  if (!destination.startsWith(`${mount.root}/`)) {
    throw forbidden("DESTINATION_INVALID", "The destination is outside of what is shared here.");
  }
  return parseDavPath(destination.slice(mount.root.length));
}

function startsWith(path: TreePath, start: TreePath): boolean {
  return start.every((name, index) => path[index] === name);
}
