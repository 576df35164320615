import { pipeline, Transform } from "node:stream";
import { db } from "@/lib/core/db";
import { isAppError } from "@/lib/core/errors";
import { logger } from "@/lib/core/logger";
import { once } from "@/lib/core/once";
import { hasThumbnail } from "@/lib/files/thumbnails/has-thumbnail";
import { shrinkBytes } from "@/lib/files/thumbnails/thumbnail";
import type { ReadResult, TreePath } from "@/lib/files/tree";
import { touchTopic } from "@/lib/notices/live";
import type { Receiver } from "@/lib/sharing/received/open-share";
import { findKeptThumbnail, keepThumbnail } from "@/lib/sharing/received/thumbnails/kept-thumbnails";
import { canMakeThem } from "@/lib/sharing/received/thumbnails/which-have";
import type { ReceivedShare } from "@/prisma/generated/client";

/** Of a picture that is held while it passes, and so many of them in this process. */
const MOST_BYTES = 8 * 1024 * 1024;
const HELD_AT_ONCE = 2;

type Place = { receivedShareId: string; rest: TreePath };

const held = () => once("pictures-seen", () => ({ count: 0 }));

/**
 * The same bytes, of which a small picture is made while somebody reads them whole, if their cloud makes none: behind the
 * one who reads, and only of what is a picture and not large.
 */
export async function shrinkWhileRead(user: Receiver, place: Place, read: ReadResult): Promise<ReadResult> {
  const { entry, range } = read;
  if (range || (entry.size ?? 0) > MOST_BYTES || !hasThumbnail(entry) || held().count >= HELD_AT_ONCE) return read;
  const { siteId, userId: receiverId } = user;
  const share = await db().receivedShare.findFirst({ where: { siteId, receiverId, id: place.receivedShareId } });
  return share && share.provider !== "" ? watched(share, place.rest, read) : read;
}

function watched(share: ReceivedShare, path: TreePath, read: ReadResult): ReadResult {
  const { entry, body } = read;
  held().count++;
  const chunks: Buffer[] = [];
  const passing = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      chunks.push(chunk);
      done(null, chunk);
    },
  });
  pipeline(body, passing, (error) => {
    const work = error
      ? Promise.resolve()
      : shrinkSeen(share, path, { etag: entry.etag, bytes: Buffer.concat(chunks) });
    void work.catch((failure) => logNoted(share, failure)).finally(() => held().count--);
  });
  return { ...read, body: passing };
}

async function shrinkSeen(share: ReceivedShare, path: TreePath, { etag, bytes }: { etag: string; bytes: Buffer }) {
  const { siteId, provider, receiverId } = share;
  if (await canMakeThem(siteId, provider)) return;
  if ((await findKeptThumbnail(share, path, etag)) !== undefined) return;
  await keepThumbnail(share, path, { etag, bytes: await shrinkBytes(`${siteId} seen`, bytes) });
  await touchTopic(db(), siteId, [receiverId], "files");
}

/** Nobody waits for it. */
function logNoted({ id: receivedShareId }: ReceivedShare, error: unknown): void {
  if (!isAppError(error)) logger("sharing").error({ err: error, receivedShareId }, "small picture not made");
}
