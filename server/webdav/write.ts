import { AppError, forbidden, invalid, isAppError } from "@/lib/core/errors";
import { isShort } from "@/lib/files/blobs/short";
import { detached } from "@/lib/files/detached-body";
import { whole } from "@/lib/files/locks";
import type { WriteOptions } from "@/lib/files/tree";
import { expectedSha256 } from "@/lib/protocol/dav/checksum";
import {
  type Bound,
  findEntry,
  getEntry,
  parentMissing,
  preconditionFailed,
  renaming,
  requireConditions,
} from "./conditions";
import { announcesBody, type DavExchange } from "./exchange";
import { answerEmpty, methodNotAllowed } from "./reply";

/**
 * PUT of a whole file.
 *
 * @see RFC 4918, section 9.7; RFC 9110, section 9.3.4
 */
export async function answerPut(exchange: DavExchange): Promise<void> {
  const { request, response, mount, path, asFolder, signal } = exchange;
  if (request.headers["content-range"]) throw invalid("HEADER_INVALID", "A part of a file cannot be put.");
  if (request.headers["content-encoding"]) throw notUnderstood("A file is put as it is, not compressed.");
  if (asFolder && path.length > 0) throw folderThere();
  const size = sizeOf(exchange);
  // What is short and unconditional is judged by the change itself, before a byte of it is kept anyway.
  const isJudgedLater = isShort(size) && !CONDITIONS.some((name) => request.headers[name] !== undefined);
  const bound = isJudgedLater ? {} : await requirePuttable(exchange);

  const sha256 = expectedSha256(request.headers) ?? undefined;
  const options: WriteOptions = { ...bound, size, sha256, signal };
  const work = mount.tree.write(path, detached(request), options).catch(async (error) => {
    if (isJudgedLater && isAppError(error) && error.status < 500) await requirePuttable(exchange); // it says more
    throw error;
  });
  const { entry, created } = await renaming(work, {
    NODE_NOT_FOUND: parentMissing(),
    ...(options.ifAbsent && { NAME_TAKEN: preconditionFailed() }),
  });
  answerEmpty(response, created ? 201 : 204, {
    etag: `"${entry.etag}"`,
    "last-modified": entry.modifiedAt.toUTCString(),
    "oc-fileid": entry.id,
  });
}

const CONDITIONS = ["if", "if-match", "if-none-match", "if-modified-since", "if-unmodified-since"];

/** Holds a PUT against what stands there. @throws METHOD_NOT_ALLOWED, and what `requireConditions` throws */
async function requirePuttable(exchange: DavExchange): Promise<Bound> {
  const { opened, path } = exchange;
  const current = await findEntry(opened, path);
  if (current?.kind === "folder") throw folderThere();
  return requireConditions(exchange, current, [{ path, inFolder: !current }]);
}

const folderThere = () => methodNotAllowed("A folder stands there.");

/** @see RFC 4918, section 9.3 */
export async function answerMkcol(exchange: DavExchange): Promise<void> {
  const { request, response, mount, path } = exchange;
  if (announcesBody(request)) throw notUnderstood("A folder is made without a body.");
  const current = await findEntry(mount.tree, path);
  await requireConditions(exchange, current, [{ path, inFolder: true }]);
  const taken = methodNotAllowed("Something stands there already.");
  if (current) throw taken;

  await renaming(mount.tree.makeFolder(path), { NODE_NOT_FOUND: parentMissing(), NAME_TAKEN: taken });
  answerEmpty(response, 201);
}

/** @see RFC 4918, section 9.6 */
export async function answerDelete(exchange: DavExchange): Promise<void> {
  const { response, mount, path } = exchange;
  const current = await getEntry(mount.tree, path);
  const { ifMatch } = await requireConditions(exchange, current, [whole(path)]);
  requireNotRoot(exchange);

  await mount.tree.remove(path, { ifMatch });
  answerEmpty(response, 204);
}

/** What the tree hangs on is its owner's to remove or move. */
export function requireNotRoot({ path }: DavExchange): void {
  if (path.length === 0) throw forbidden("ROOT_STAYS", "The top of this tree cannot be removed or moved.");
}

function notUnderstood(message: string): AppError {
  return new AppError(415, "BODY_NOT_UNDERSTOOD", message);
}

function sizeOf({ request }: DavExchange): number | undefined {
  const length = request.headers["content-length"];
  return length === undefined ? undefined : Number(length);
}
