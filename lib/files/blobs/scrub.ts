import { setTimeout as sleep } from "node:timers/promises";
import { config } from "@/lib/core/config";
import { db, pool } from "@/lib/core/db";
import { AppError, isAppError } from "@/lib/core/errors";
import { logger } from "@/lib/core/logger";
import { enqueue } from "@/lib/jobs/enqueue";
import { listSites } from "@/lib/sites/sites";
import type { BlobScrub } from "@/prisma/generated/client";
import { type BlobRow, checkBlob, type Finding } from "./check-blob";
import { clearDamage, noteDamage } from "./damage";
import { healBlobs } from "./heal";
import { blobStore } from "./store";

const DAY_MS = 86_400_000;
const BATCH = 50;
/** So long one run reads, and so often there is one. */
const RUN_MS = 4 * 60_000;
const EVERY_MS = 10 * 60_000;
/** A disk has other things to do. */
const BYTES_PER_SECOND = 32 * 1024 * 1024;
/** So many of the oldest blobs and of the newest are looked for before one believes that bytes are missing. */
const SAMPLE = 5;
const FIRST_ID = "00000000-0000-0000-0000-000000000000";

/** The job by the clock that has `scrubBlobs` run: in a queue of its own, so that one process reads at a time. */
export async function wakeScrub(): Promise<void> {
  await db().$transaction((tx) => enqueue(tx, "scrub-blobs", {}, { key: "scrub-blobs", queue: "scrub" }));
}

/**
 * The job that reads every blob again and compares it with its checksum, so many in each run that all of them have their
 * turn in `SCRUB_DAYS`. It goes on where it was. What is damaged is tried again, and mended where the same bytes are
 * elsewhere.
 */
export async function scrubBlobs(): Promise<void> {
  const days = config().store.scrubDays;
  if (days === 0) return;
  const endsAt = Date.now() + RUN_MS;
  const note = pacer();
  for (const { id: siteId } of await listSites()) {
    try {
      await healBlobs(siteId, note);
      await scrubSite(siteId, { days, endsAt, note });
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      const failure = isAppError(error) ? message : `The store cannot be read (${code ?? message}).`;
      logger("files").error({ siteId, error }, "scrub stands still");
      await db().blobScrub.updateMany({ where: { siteId }, data: { failure } });
    }
  }
}

type Run = { days: number; endsAt: number; note: (bytes: number) => unknown };

async function scrubSite(siteId: string, { days, endsAt, note }: Run): Promise<void> {
  let round = await presentRound(siteId, days);
  while (!round.finishedAt && isBehind(round, days) && Date.now() < endsAt) {
    const rows = await blobsAfter(siteId, round.afterId);
    const checked: { row: BlobRow; finding: Finding }[] = [];
    for (const row of rows) {
      if (Date.now() >= endsAt) break;
      checked.push({ row, finding: await checkBlob(siteId, row, note) });
    }
    await recordFindings(siteId, checked);
    const last = checked.at(-1)?.row.id;
    round = await db().blobScrub.update({
      where: { siteId },
      data: {
        blobs: { increment: checked.length },
        bytes: { increment: checked.reduce((sum, { row }) => sum + Number(row.size), 0) },
        failure: null,
        ...(last && { afterId: last }),
        ...(rows.length < BATCH && checked.length === rows.length && { finishedAt: new Date() }),
      },
    });
  }
}

/** The one that goes on, or a new one once the time of the last is over. */
async function presentRound(siteId: string, days: number): Promise<BlobScrub> {
  const last = await db().blobScrub.findUnique({ where: { siteId } });
  if (last && (!last.finishedAt || Date.now() < last.startedAt.getTime() + days * DAY_MS)) return last;
  const { _count: allBlobs, _sum } = await db().blob.aggregate({
    where: { siteId },
    _count: true,
    _sum: { size: true },
  });
  const all = { allBlobs, allBytes: _sum.size ?? 0n };
  const fresh = {
    ...all,
    startedAt: new Date(),
    finishedAt: null,
    afterId: FIRST_ID,
    blobs: 0,
    bytes: 0,
    failure: null,
  };
  return db().blobScrub.upsert({ where: { siteId }, create: { siteId, ...fresh }, update: fresh });
}

/** Whether less has been read than there should be by the next run. */
function isBehind({ startedAt, blobs, bytes, allBlobs, allBytes }: BlobScrub, days: number): boolean {
  const due = (Date.now() - startedAt.getTime() + EVERY_MS) / (days * DAY_MS);
  return due >= 1 || blobs <= due * allBlobs || Number(bytes) <= due * Number(allBytes);
}

/** Some blobs of a site, in the order of their ids, which is that of their making. */
export async function blobsAfter(siteId: string, afterId: string, limit = BATCH): Promise<BlobRow[]> {
  const { rows } = await pool().query<BlobRow>(
    `SELECT "id", "sha256", "size", "bytes" FROM "Blob" WHERE "siteId" = $1 AND "id" > $2 ORDER BY "id" LIMIT $3`,
    [siteId, afterId, limit],
  );
  return rows;
}

/** Notes what was found of each; returns those that are damaged or missing, and there still. @throws STORAGE_EMPTY */
export async function recordFindings(
  siteId: string,
  checked: { row: BlobRow; finding: Finding }[],
): Promise<Set<string>> {
  const bad = checked.flatMap(({ row: { id }, finding }) => (finding === "whole" ? [] : [{ id, finding }]));
  if (bad.some(({ finding }) => finding === "missing")) await requireStore(siteId);
  const noted = await noteDamage(siteId, bad);
  const whole = checked.filter(({ finding }) => finding === "whole").map(({ row }) => row.id);
  const healed = await db().blobDamage.count({ where: { siteId, blobId: { in: whole } } });
  if (healed > 0) await clearDamage(siteId, whole);
  return noted;
}

/** That a disk is not mounted is nothing that people should hear as the loss of their files. @throws STORAGE_EMPTY */
async function requireStore(siteId: string): Promise<void> {
  const { rows } = await pool().query<{ id: string }>(
    `(SELECT "id" FROM "Blob" WHERE "siteId" = $1 AND "bytes" IS NULL ORDER BY "id" LIMIT ${SAMPLE})
     UNION (SELECT "id" FROM "Blob" WHERE "siteId" = $1 AND "bytes" IS NULL ORDER BY "id" DESC LIMIT ${SAMPLE})`,
    [siteId],
  );
  if (rows.length < SAMPLE) return;
  for (const { id } of rows) {
    const body = await blobStore().open({ siteId, id });
    body?.destroy();
    if (body) return;
  }
  throw new AppError(
    503,
    "STORAGE_EMPTY",
    "None of the files that were looked for are in the store. Is its disk mounted?",
  );
}

/** Lets bytes pass at their rate, counted from now. */
function pacer(): (bytes: number) => unknown {
  let freeAt = Date.now();
  return (bytes) => {
    freeAt = Math.max(freeAt, Date.now() - 1_000) + (bytes / BYTES_PER_SECOND) * 1_000;
    const ahead = freeAt - Date.now();
    return ahead > 50 ? sleep(ahead) : undefined;
  };
}
