import type pg from "pg";
import { config } from "@/lib/core/config";
import { commitTogether, inTransaction, isDuplicate, type StatementClient } from "@/lib/core/db";
import { once } from "@/lib/core/once";
import { turns } from "@/lib/core/turns";
import { busy } from "./refusals";
import type { Scope } from "./scope";

/**
 * How many changes happened below a folder and when the last did: what was folded and what was not yet, in one snapshot,
 * so that folding is never seen. For `LEFT JOIN LATERAL ... ON true` beside a node called `n`; read of those nodes only
 * of which `isAsked` holds.
 */
export const folderState = (isAsked: string) => `(
  SELECT coalesce(v."version", 0) + u.count AS "version", greatest(v."changedAt", u.at) AS "changedAt"
  FROM (SELECT count(*), max(c."at") AS at FROM "FileChange" c
        WHERE c."siteId" = n."siteId" AND NOT c."isFolded" AND c."ancestors" @> ARRAY[n."id"]) u
  LEFT JOIN "FolderVersion" v ON v."siteId" = n."siteId" AND v."nodeId" = n."id"
  WHERE n."kind" = 'folder' AND ${isAsked})`;

/**
 * The nodes in a folder, in recursive queries. By its OFFSET it is looked up for each folder: joined as usual, all nodes
 * of the site are compared with all folders as long as PostgreSQL has no statistics of a table that grew quickly.
 */
export const childrenOf = (siteId: string, folderId: string) =>
  `(SELECT * FROM "FileNode" child WHERE child."siteId" = ${siteId} AND child."parentId" = ${folderId} OFFSET 0)`;

/** The node of an id, in recursive queries that climb; looked up for each, as in `childrenOf`. */
export const nodeOf = (siteId: string, id: string) =>
  `(SELECT * FROM "FileNode" one WHERE one."siteId" = ${siteId} AND one."id" = ${id} OFFSET 0)`;

/** The path of a node, in SQL; null if it is gone, or in the trash, or something above it is. */
export const pathOf = (siteId: string, id: string) => `(
  WITH RECURSIVE up AS (
    SELECT f."name", f."parentId", f."trashedAt", 0 AS height FROM ${nodeOf(siteId, id)} f
    UNION ALL
    SELECT p."name", p."parentId", p."trashedAt", u.height + 1 FROM up u
    CROSS JOIN LATERAL ${nodeOf(siteId, `u."parentId"`)} p
  )
  SELECT CASE WHEN bool_and("trashedAt" IS NULL)
    THEN '/' || coalesce(string_agg("name", '/' ORDER BY height DESC) FILTER (WHERE "parentId" IS NOT NULL), '') END
  FROM up)`;

/** The columns of a NodeRow that stand in the node itself. */
export const NODE_COLUMNS = `n."id", n."kind", n."name", n."blobId", n."size", n."modifiedAt", n."mountId", n."starredAt"`;

/** For a lock, and before that for a turn: what lasts longer is told, not waited for. */
const PATIENCE_MS = 15_000;
const isLockTimeout = (error: unknown) => (error as { code?: string }).code === "55P03";

/** Whoever waits for a lock holds a connection: those who write into one tree must leave some to everybody else. */
const inTurn = () =>
  once("tree-turns", () =>
    turns({ atOnce: Math.max(2, Math.floor(config().database.pool / 3)), patienceMs: PATIENCE_MS, tooLate: busy }),
  );

/** How long the transaction waits for any lock, and its first one. */
const lockTree = (suffix: string) => ({
  name: `files-lock-tree${suffix}`,
  text: `SELECT set_config('lock_timeout', $1, true), pg_advisory_xact_lock${suffix}(hashtextextended($2, 0))`,
});
const LOCKS = { shared: lockTree("_shared"), exclusive: lockTree("") };

type Locked = Pick<Scope, "siteId" | "ownerId" | "stillAllowed">;
type Patience = { patienceMs?: number };

/**
 * Runs statements on one connection as one transaction that holds the lock of the owner's tree: `exclusive` to change
 * what hangs where, `shared` to write below a folder that must meanwhile stay where it is. Writers share it freely.
 * What was allowed when the request came is judged once more: an upload may have taken hours since.
 *
 * @throws BUSY (503) when it waited too long, and what `stillAllowed` refuses with
 */
export const inTree = <T>(
  scope: Locked,
  lock: keyof typeof LOCKS,
  run: (client: pg.ClientBase) => Promise<T>,
  patience: Patience = {},
): Promise<T> => lockedTree(scope, lock, (lockAndRun) => inTransaction("BEGIN", lockAndRun(run)), patience);

/** The same for statements that need nothing of each other's answers, in one message, as in `commitTogether`. */
export const inTreeTogether = <T>(
  scope: Locked,
  lock: keyof typeof LOCKS,
  run: (client: StatementClient) => Promise<T>,
): Promise<T> => lockedTree(scope, lock, (lockAndRun) => commitTogether(lockAndRun(run)), {});

type LockAndRun = <C extends StatementClient, T>(run: (client: C) => Promise<T>) => (client: C) => Promise<T>;

async function lockedTree<T>(
  { siteId, ownerId, stillAllowed }: Locked,
  lock: keyof typeof LOCKS,
  transact: (lockAndRun: LockAndRun) => Promise<T>,
  { patienceMs = PATIENCE_MS }: Patience,
): Promise<T> {
  const key = `tree/${siteId}/${ownerId}`;
  const first = [{ ...LOCKS[lock], values: [String(patienceMs), key] }, ...(stillAllowed?.statements ?? [])];
  const lockAndRun: LockAndRun = (run) => async (client) => {
    // They travel together; all must have ended before the transaction does, and a refusal is the first to be told.
    const judging = Promise.all(first.map((statement) => client.query(statement)));
    const [judged, done] = await Promise.allSettled([judging, run(client)]);
    if (judged.status === "rejected" && !isUndone(judged.reason)) throw judged.reason;
    if (done.status === "rejected") throw done.reason;
    if (judged.status === "rejected") throw judged.reason;
    return done.value;
  };
  return inTurn()(key, () => transact(lockAndRun)).catch(async (error) => {
    if (isDenial(error)) await stillAllowed?.refuse();
    throw isDenial(error) || isLockTimeout(error) ? busy() : error;
  });
}

/** It only failed because another statement had. */
const isUndone = (error: unknown) => (error as { code?: string }).code === "25P02";

/** A division by zero: no other statement here divides. */
const isDenial = (error: unknown) => (error as { code?: string }).code === "22012";

/** Whether a row this one refers to is gone: it was removed for good while we looked. */
export const isGone = (error: unknown) => (error as { code?: string }).code === "23503";

/** Whether a live node of this name is there already. */
export const isTaken = isDuplicate;
