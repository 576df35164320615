import { buffer } from "node:stream/consumers";
import { db, inTransaction, pool } from "@/lib/core/db";
import { isAppError } from "@/lib/core/errors";
import { logger } from "@/lib/core/logger";
import { once } from "@/lib/core/once";
import { enqueue } from "@/lib/jobs/enqueue";
import { listSites } from "@/lib/sites/sites";
import { openBlob } from "../blobs/short";
import { type DocumentReader, documentReader, type Reading } from "./document-reader";
import { decodeText, formatOf, HEAD_BYTES, tidyText } from "./formats";

/** Characters that are kept of one file. */
const MOST_TEXT = 500_000;
/** Bytes of a document, all of which is needed; of a longer one nothing is read. */
const MOST_DOCUMENT = 64 * 1024 * 1024;
/** Bytes of a text or page, of whose beginning it is enough. */
const MOST_BYTES = 4 * MOST_TEXT;
const BATCH = 50;
const RUN_MS = 50_000;
/** Longer than any commit: what was made before is seen by now. */
const UNSEEN_MS = 10 * 60_000;
const DAY_MS = 24 * 60 * 60_000;
const NIL = "00000000-0000-0000-0000-000000000000";

type Unread = { blobId: string; ownerId: string; size: string; createdAt: Date };
/** With its bytes, if they stand in its row. */
type New = Unread & { bytes: Buffer | null };

/** Until when all blobs of a site have been looked at, as far as this process knows; once a day it begins anew. */
const progress = () => once("files.texts", () => ({ since: new Map<string, Date>(), begunAt: Date.now() }));

/** The job by the clock that has `readTexts` run: in a queue of its own, so that one file is read at a time. */
export async function wakeReading(): Promise<void> {
  await db().$transaction((tx) => enqueue(tx, "read-texts", {}, { key: "read-texts", queue: "texts" }));
}

/**
 * The job that reads the words out of new blobs, the oldest first, for the better part of a minute. What is broken is
 * noted and left alone; what took this process down with it is tried once more, and then no longer.
 */
export async function readTexts(): Promise<void> {
  const endsAt = Date.now() + RUN_MS;
  const state = progress();
  if (Date.now() - state.begunAt > DAY_MS) {
    state.since.clear();
    state.begunAt = Date.now();
  }
  const reader = documentReader({ characters: MOST_TEXT });
  try {
    for (const { id: siteId } of await listSites()) {
      await readInterrupted(siteId, reader);
      await readNew(siteId, { reader, endsAt, since: state.since });
    }
  } finally {
    await reader.stop();
  }
}

type Run = { reader: DocumentReader; endsAt: number; since: Map<string, Date> };

async function readNew(siteId: string, { reader, endsAt, since }: Run): Promise<void> {
  const seenUntil = new Date(Date.now() - UNSEEN_MS);
  let after = { createdAt: since.get(siteId) ?? new Date(0), blobId: NIL };
  while (Date.now() < endsAt) {
    // Of which no file is left is removed soon, or comes back and is found the next day.
    const { rows } = await pool().query<New>(
      `SELECT b."id" AS "blobId", n."ownerId", b."size", b."createdAt", b."bytes" FROM "Blob" b
       CROSS JOIN LATERAL (SELECT * FROM "FileNode" f WHERE f."siteId" = b."siteId" AND f."blobId" = b."id" LIMIT 1) n
       WHERE b."siteId" = $1 AND (b."createdAt", b."id") > ($2, $3::uuid)
         AND NOT EXISTS (SELECT FROM "BlobText" t WHERE t."siteId" = b."siteId" AND t."blobId" = b."id")
       ORDER BY b."createdAt", b."id" LIMIT ${BATCH}`,
      [siteId, after.createdAt, after.blobId],
    );
    const looked = rows.map((blob) => ({ ...blob, text: textAtHand(blob) }));
    await keepAll(siteId, looked.filter(isAtHand));
    for (const blob of looked) {
      if (!isAtHand(blob) && (await take(siteId, blob))) await readOne(siteId, blob, reader);
    }
    const last = rows.at(-1);
    const reached = rows.length === BATCH && last ? last.createdAt : seenUntil;
    since.set(siteId, new Date(Math.min(reached.getTime(), seenUntil.getTime())));
    if (!last || rows.length < BATCH) return;
    after = last;
  }
}

/** What is lost in a crash is read again: nobody who writes a file waits for the disk because of this. */
const writeDown = (text: string, values: unknown[]) =>
  inTransaction("BEGIN; SET LOCAL synchronous_commit = off", (client) => client.query(text, values));

/** What is written in it, if that can be told from its row, without anything that could fail: there may be thousands. */
function textAtHand({ bytes }: New): string | null {
  const format = bytes && formatOf(bytes.subarray(0, HEAD_BYTES));
  if (!bytes || (format !== null && format !== "text")) return null;
  return format === null ? "" : tidyText(decodeText(bytes), MOST_TEXT);
}

type AtHand = Unread & { text: string };
const isAtHand = <B extends { text: string | null }>(blob: B): blob is B & { text: string } => blob.text !== null;

async function keepAll(siteId: string, blobs: AtHand[]): Promise<void> {
  if (blobs.length === 0) return;
  const texts = blobs.map(({ text }) => text);
  await writeDown(
    `INSERT INTO "BlobText" ("siteId", "blobId", "ownerId", "state", "text", "words")
     SELECT b."siteId", b."id", t."ownerId", CASE WHEN t."text" = '' THEN 'none' ELSE 'read' END::"TextState", t."text",
       to_tsvector('plain', t."words")
     FROM unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[]) AS t("blobId", "ownerId", "text", "words")
     JOIN "Blob" b ON b."siteId" = $1 AND b."id" = t."blobId" FOR KEY SHARE OF b
     ON CONFLICT DO NOTHING`,
    [siteId, blobs.map(({ blobId }) => blobId), blobs.map(({ ownerId }) => ownerId), texts, texts.map(wordsOf)],
  );
}

/** Whether it is ours to read: another process may have it, or it is gone by now. */
async function take(siteId: string, { blobId, ownerId }: Unread): Promise<boolean> {
  const { rowCount } = await writeDown(
    `INSERT INTO "BlobText" ("siteId", "blobId", "ownerId")
     SELECT b."siteId", b."id", $3 FROM "Blob" b WHERE b."siteId" = $1 AND b."id" = $2 FOR KEY SHARE
     ON CONFLICT DO NOTHING`,
    [siteId, blobId, ownerId],
  );
  return rowCount === 1;
}

async function readInterrupted(siteId: string, reader: DocumentReader): Promise<void> {
  const { rows } = await pool().query<Unread & { isHopeless: boolean }>(
    `UPDATE "BlobText" t SET "tries" = t."tries" + 1, "startedAt" = now() FROM "Blob" b
     WHERE t."siteId" = $1 AND t."state" = 'reading' AND t."startedAt" < now() - interval '1 hour'
       AND b."siteId" = t."siteId" AND b."id" = t."blobId"
     RETURNING t."blobId", t."ownerId", b."size", b."createdAt", t."tries" > 2 AS "isHopeless"`,
    [siteId],
  );
  for (const blob of rows) {
    if (blob.isHopeless) await note(siteId, blob.blobId, { failure: "Reading it broke off twice." });
    else await readOne(siteId, blob, reader);
  }
}

/** What cannot be reached just now stays begun, and is read when it is taken for interrupted. */
async function readOne(siteId: string, { blobId, size }: Unread, reader: DocumentReader): Promise<void> {
  const reading = await read({ siteId, id: blobId }, Number(size), reader).catch((error: Error) =>
    isAppError(error) && error.status === 503 ? null : { failure: error.message },
  );
  if (reading) await note(siteId, blobId, reading);
  else await untry(siteId, blobId);
}

/** So that a store that is away for long takes nothing for hopeless. */
const untry = (siteId: string, blobId: string) =>
  writeDown(
    `UPDATE "BlobText" SET "tries" = "tries" - 1 WHERE "siteId" = $1 AND "blobId" = $2 AND "state" = 'reading'`,
    [siteId, blobId],
  );

async function read(key: { siteId: string; id: string }, size: number, reader: DocumentReader): Promise<Reading> {
  const bytesUntil = async (end: number) => {
    const body = size > 0 ? await openBlob(key, size, { start: 0, end: Math.min(size, end) - 1 }) : null;
    return body ? buffer(body) : Buffer.alloc(0);
  };
  const format = formatOf(await bytesUntil(HEAD_BYTES));
  if (format === null) return { text: null };
  if (format === "text") return { text: decodeText(await bytesUntil(MOST_BYTES)) };
  if (format === "html") return reader.read(await bytesUntil(MOST_BYTES), format);
  return size > MOST_DOCUMENT ? { failure: "It is too large." } : reader.read(await bytesUntil(size), format);
}

async function note(siteId: string, blobId: string, reading: Reading): Promise<void> {
  if ("failure" in reading) {
    logger("files").info({ siteId, blobId, reason: reading.failure }, "file not read for search");
    await writeDown(`UPDATE "BlobText" SET "state" = 'failed', "failure" = $3 WHERE "siteId" = $1 AND "blobId" = $2`, [
      siteId,
      blobId,
      reading.failure.replaceAll("\0", "").slice(0, 500),
    ]);
    return;
  }
  const text = tidyText(reading.text ?? "", MOST_TEXT);
  await keep(siteId, blobId, text).catch(async (error: { code?: string }) => {
    // Words that are all different take more room than PostgreSQL has for those of one text: then of the first part.
    if (error.code !== "54000") throw error;
    await keep(siteId, blobId, text.slice(0, MOST_TEXT / 5));
  });
}

async function keep(siteId: string, blobId: string, text: string): Promise<void> {
  await writeDown(
    `UPDATE "BlobText" SET "state" = $3, "text" = $4, "words" = to_tsvector('plain', $5), "failure" = NULL
     WHERE "siteId" = $1 AND "blobId" = $2`,
    [siteId, blobId, text === "" ? "none" : "read", text, wordsOf(text)],
  );
}

/** By themselves: what PostgreSQL takes for the name of a host or a file would be one word. */
const wordsOf = (text: string) => text.replace(/[^\p{L}\p{M}\p{N}]+/gu, " ");
