import { conflict, forbidden } from "@/lib/core/errors";
import type { UserPrincipal } from "@/lib/core/principal";
import { isUnlocked, locksInTheWay } from "@/lib/files/locks";
import { checkName } from "@/lib/files/names";
import { isThere } from "@/lib/files/tree";
import { createUpload, isPart, type Upload } from "@/lib/files/uploads/uploads";
import { drive } from "./drive";
import { finishUpload } from "./finish-upload";
import { freePath } from "./free-path";
import { namesPlace, readUploadWish, type UploadWish } from "./upload-wish";

type Announced = Pick<Upload, "length" | "metadata" | "concat">;

/**
 * Begins an upload that goes on over several requests, or a part of one; an empty file is whole at once. What can be
 * refused by then is refused before the first byte.
 *
 * @throws NODE_NOT_FOUND, NOT_A_FOLDER, READ_ONLY, NAME_TAKEN, NAME_INVALID, LOCKED, QUOTA_EXCEEDED, TOO_MANY_UPLOADS,
 *   UPLOAD_METADATA_INVALID; where it goes into what another cloud shares, PEER_*
 */
export async function beginUpload(user: UserPrincipal, announced: Announced): Promise<Upload> {
  if (!isPart(announced) || namesPlace(announced.metadata)) await requirePlace(user, announced.metadata);
  const upload = await createUpload(user, announced);
  return announced.length === 0 && !isPart(announced) ? finishUpload(user, upload) : upload;
}

async function requirePlace(user: UserPrincipal, metadata: string): Promise<void> {
  const { path, conflict: onConflict } = readUploadWish(metadata);
  checkName(path.at(-1) ?? "");
  const tree = drive(user);
  const folder = await tree.stat(path.slice(0, -1));
  if (folder.kind !== "folder") throw conflict("NOT_A_FOLDER", "This is a file, not a folder.");
  if (!folder.canWrite) throw forbidden("READ_ONLY", "You can view this, but not change it.");
  if (onConflict === "ask" && (await isThere(tree, path))) {
    throw conflict("NAME_TAKEN", "There is already something of this name.");
  }
  await requireUnlocked(user, path, onConflict);
}

/** As the write will judge it. Which place that concerns is asked only where a lock may stand in the way. */
async function requireUnlocked(user: UserPrincipal, path: string[], onConflict: UploadWish["conflict"]): Promise<void> {
  const locks = await locksInTheWay(user, [{ path, inFolder: true }], []);
  if (locks.length === 0) return;
  const tree = drive(user);
  const to = onConflict === "keep-both" ? await freePath(tree, path) : path;
  const isReplaced = onConflict === "replace" && (await isThere(tree, path));
  await isUnlocked(user, [{ path: to, inFolder: !isReplaced }], []).refuse();
}
