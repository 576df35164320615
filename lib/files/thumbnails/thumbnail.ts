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
/** Of one person; the others wait for it, not for all that one who scrolls has asked for. */
const AT_ONCE = 1;
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

/** A picture over which a process ended so often is not tried again; before that, not for a while. */
const MOST_FAILURES = 3;
const PAUSE = "1 hour";

type Source = { blobId: string; name: string; size: number };
/** Of a blob: made, or given up; or left alone for now. */
type Kept = { isMade: boolean; isResting: boolean; bytes: Buffer | null };
type Asking = {
  /** Whoever no longer waits is not worked for. */
  signal?: AbortSignal;
  /** With whom whoever asks waits in one line; else the owner. */
  line?: string;
};

/**
 * The small picture of a picture among one's own files, made when it is first wanted and kept as long as its content is.
 *
 * @throws NODE_NOT_FOUND, NO_THUMBNAIL where it is no picture or none that can be shown, BUSY
 */
export async function getThumbnail(owner: Owner, nodeId: string, asking: Asking = {}): Promise<Thumbnail> {
  const { siteId, userId } = owner;
  const { rows } = await pool().query<Source>({
    name: "thumbnail-source",
    text: `SELECT n."blobId", n."name", n."size" FROM "FileNode" n
      WHERE n."siteId" = $1 AND n."ownerId" = $2 AND n."id" = $3 AND n."kind" = 'file' AND n."blobId" IS NOT NULL
        AND n."purgedAt" IS NULL`,
    values: [siteId, userId, isId(nodeId) ? nodeId : null],
  });
  if (!rows[0]) throw notFound("NODE_NOT_FOUND", "There is no such file or folder.");
  return thumbnailOfBlob(owner, { ...rows[0], size: Number(rows[0].size) }, asking);
}

/** The same of bytes that a person has in the store, as whatever. @throws NO_THUMBNAIL, BUSY */
export async function thumbnailOfBlob(owner: Owner, source: Source, asking: Asking = {}): Promise<Thumbnail> {
  const { blobId, name, size } = source;
  if (!hasThumbnail({ kind: "file", size, mediaType: mediaTypeOf(name) })) throw none();
  const kept = await findKept(owner.siteId, blobId);
  if (kept?.isResting) throw notNow();
  const bytes = kept?.isMade ? kept.bytes : await makeOnce(owner, source, asking);
  if (!bytes) throw none();
  return { etag: blobId, bytes };
}

async function findKept(siteId: string, blobId: string): Promise<Kept | null> {
  const { rows } = await pool().query<Kept>({
    name: "thumbnail",
    text: `SELECT "bytes", "failures" = 0 OR "failures" >= $3 AS "isMade",
             coalesce("failures" BETWEEN 1 AND $3 - 1 AND "failedAt" > now() - interval '${PAUSE}', false) AS "isResting"
      FROM "Thumbnail" WHERE "siteId" = $1 AND "blobId" = $2`,
    values: [siteId, blobId, MOST_FAILURES],
  });
  return rows[0] ?? null;
}

/** Also for those who ask while it is being made. What nobody waits for any longer is neither read nor begun. */
async function makeOnce(owner: Owner, source: Source, { signal, line }: Asking): Promise<Buffer | null> {
  const { underWay } = workshop();
  return whenFree(line ?? `${owner.siteId} ${owner.userId}`, signal, () => {
    const making = underWay.get(source.blobId) ?? make(owner.siteId, source);
    underWay.set(source.blobId, making);
    return making.finally(() => underWay.delete(source.blobId));
  });
}

function whenFree<T>(line: string, signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
  const { inTurn, whileHeld } = workshop();
  const begin = async () => {
    signal?.throwIfAborted();
    return work();
  };
  return inTurn(line, () => whileHeld("all", begin));
}

/**
 * A small picture of bytes that are at hand, in the line of whoever they are for; null if none can be made of them.
 *
 * @throws BUSY
 */
export async function shrinkBytes(line: string, bytes: Buffer): Promise<Buffer | null> {
  const shrunk = await whenFree(line, undefined, () => workshop().shrinker.shrink(bytes));
  if ("failed" in shrunk && !shrunk.isOfPicture) throw notNow();
  return "bytes" in shrunk ? shrunk.bytes : null;
}

/**
 * What none can be made of is remembered as well, and so is how often its process ended over it. A fault of ours is not,
 * which says nothing of the picture.
 */
async function make(siteId: string, { blobId, size }: Source): Promise<Buffer | null> {
  const body = await openBlob({ siteId, id: blobId }, size);
  if (!body) throw none();
  const shrunk = await workshop().shrinker.shrink(await buffer(body));
  if ("failed" in shrunk) {
    logger("files").warn({ siteId, blobId, reason: shrunk.failed }, "thumbnail not made");
    if (shrunk.isOfPicture) await keep(siteId, blobId, null, 1);
    throw notNow();
  }
  if ("refused" in shrunk) logger("files").info({ siteId, blobId, reason: shrunk.refused }, "thumbnail refused");
  const bytes = "bytes" in shrunk ? shrunk.bytes : null;
  await keep(siteId, blobId, bytes, 0);
  return bytes;
}

/** Of content that went meanwhile nothing is kept. */
async function keep(siteId: string, blobId: string, bytes: Buffer | null, failures: 0 | 1): Promise<void> {
  await pool().query(
    `INSERT INTO "Thumbnail" AS t ("siteId", "blobId", "bytes", "failures", "failedAt")
     SELECT b."siteId", b."id", $3, $4::int, CASE WHEN $4::int > 0 THEN now() END FROM "Blob" b
      WHERE b."siteId" = $1 AND b."id" = $2 FOR KEY SHARE
     ON CONFLICT ("siteId", "blobId") DO UPDATE SET "bytes" = excluded."bytes",
       "failures" = CASE WHEN $4::int > 0 THEN t."failures" + 1 ELSE 0 END, "failedAt" = excluded."failedAt"`,
    [siteId, blobId, bytes, failures],
  );
}
