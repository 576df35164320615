import { buffer } from "node:stream/consumers";
import { pool } from "@/lib/core/db";
import { AppError, notFound } from "@/lib/core/errors";
import { isId } from "@/lib/core/ids";
import { logger } from "@/lib/core/logger";
import { once } from "@/lib/core/once";
import { turns } from "@/lib/core/turns";
import { openBlob } from "../blobs/short";
import { mediaTypeOf } from "../media-types";
import { hasThumbnail } from "./has-thumbnail";
import { pictureShrinker } from "./picture-shrinker";

type Owner = { siteId: string; userId: string };
export type Thumbnail = {
  /** Of the file that it is of: another content, another thumbnail. */
  etag: string;
  /** WebP. */
  bytes: Buffer;
};

/** The longer side: sharp on a screen of two pixels to one. */
const SIZE = 320;
/** Of one person; the others wait for them, not for all that one who scrolls has asked for. */
const AT_ONCE = 2;
/** Of all people together, each held in memory whole: one is decoded while the next is read. */
const HELD_AT_ONCE = 2;
const PATIENCE_MS = 30_000;

const workshop = () =>
  once("thumbnails", () => ({
    shrinker: pictureShrinker({ size: SIZE }),
    inTurn: turns({ atOnce: AT_ONCE, patienceMs: PATIENCE_MS, tooLate: busy }),
    whileHeld: turns({ atOnce: HELD_AT_ONCE, patienceMs: PATIENCE_MS, tooLate: busy }),
    underWay: new Map<string, Promise<Buffer | null>>(),
  }));
const busy = () =>
  new AppError(503, "BUSY", "Many small pictures are being made just now. Try again in a while.", { retryAfter: 5 });
const notNow = () =>
  new AppError(503, "BUSY", "This small picture could not be made just now. Try again in a while.", { retryAfter: 60 });
const none = () => notFound("NO_THUMBNAIL", "Of this there is no small picture.");

type Found = { blobId: string; name: string; size: string; isMade: boolean; bytes: Buffer | null };

/**
 * The small picture of a picture among one's own files, made when it is first wanted and kept as long as its content is.
 *
 * @throws NODE_NOT_FOUND, NO_THUMBNAIL where it is no picture or none that can be shown, BUSY
 */
export async function getThumbnail(owner: Owner, nodeId: string, signal?: AbortSignal): Promise<Thumbnail> {
  const found = await find(owner, nodeId);
  const { blobId, name, isMade } = found;
  const size = Number(found.size);
  if (!hasThumbnail({ kind: "file", size, mediaType: mediaTypeOf(name) })) throw none();
  const bytes = isMade ? found.bytes : await makeOnce(owner, { blobId, size }, signal);
  if (!bytes) throw none();
  return { etag: blobId, bytes };
}

async function find({ siteId, userId }: Owner, nodeId: string): Promise<Found> {
  const { rows } = await pool().query<Found>({
    name: "thumbnail",
    text: `SELECT n."blobId", n."name", n."size", t."blobId" IS NOT NULL AS "isMade", t."bytes" FROM "FileNode" n
      LEFT JOIN "Thumbnail" t ON t."siteId" = n."siteId" AND t."blobId" = n."blobId"
      WHERE n."siteId" = $1 AND n."ownerId" = $2 AND n."id" = $3 AND n."kind" = 'file' AND n."blobId" IS NOT NULL
        AND n."purgedAt" IS NULL`,
    values: [siteId, userId, isId(nodeId) ? nodeId : null],
  });
  return rows[0] ?? Promise.reject(notFound("NODE_NOT_FOUND", "There is no such file or folder."));
}

type Source = { blobId: string; size: number };

/** Also for those who ask while it is being made. What nobody waits for any longer is neither read nor begun. */
async function makeOnce(owner: Owner, source: Source, signal?: AbortSignal): Promise<Buffer | null> {
  const { inTurn, whileHeld, underWay } = workshop();
  const begin = async () => {
    signal?.throwIfAborted();
    const making = underWay.get(source.blobId) ?? make(owner.siteId, source);
    underWay.set(source.blobId, making);
    return making.finally(() => underWay.delete(source.blobId));
  };
  return inTurn(`${owner.siteId} ${owner.userId}`, () => whileHeld("all", begin));
}

/** What none can be made of is remembered as well; a fault of ours is not, which says nothing of the picture. */
async function make(siteId: string, { blobId, size }: Source): Promise<Buffer | null> {
  const body = await openBlob({ siteId, id: blobId }, size);
  if (!body) throw none();
  const shrunk = await workshop().shrinker.shrink(await buffer(body));
  if ("failed" in shrunk) {
    logger("files").warn({ siteId, blobId, reason: shrunk.failed }, "thumbnail not made");
    throw notNow();
  }
  if ("refused" in shrunk) logger("files").info({ siteId, blobId, reason: shrunk.refused }, "thumbnail refused");
  const bytes = "bytes" in shrunk ? shrunk.bytes : null;
  // Of content that went meanwhile nothing is kept.
  await pool().query(
    `INSERT INTO "Thumbnail" ("siteId", "blobId", "bytes")
     SELECT b."siteId", b."id", $3 FROM "Blob" b WHERE b."siteId" = $1 AND b."id" = $2 FOR KEY SHARE
     ON CONFLICT DO NOTHING`,
    [siteId, blobId, bytes],
  );
  return bytes;
}
