import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { config } from "@/lib/core/config";
import { type AppError, isAppError } from "@/lib/core/errors";
import { logger } from "@/lib/core/logger";
import { once } from "@/lib/core/once";
import { takenOver, uploadBusy } from "./uploads";

// Several processes may have one folder of uploads, an old one and its successor above all. What is held here is held
// among all of them, by session locks on one connection of each: PostgreSQL drops them the moment a process is gone.

const TAKE = `SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS "isMine"`;
const LET_GO = "SELECT pg_advisory_unlock(hashtextextended($1, 0))";
/** Over which who holds something hears that somebody else wants it. */
const CHANNEL = "tessera_uploads";
const ASK_EVERY_MS = 100;
const UNANSWERED_MS = 10_000;

type Held = { want: (why: AppError) => void; released: Promise<void> };
type Connection = { client: Promise<pg.Client> | null };
const held = () => once("files.uploadHolds", () => new Map<string, Held>());
const connection = () => once("files.uploadHoldsConnection", (): Connection => ({ client: null }));

export type HoldOptions = {
  /** Called, maybe more than once, when somebody else wants it, or it is lost: the holder is to end, with this reason. */
  want?: (why: AppError) => void;
  patienceMs: number;
  /** Whoever is gone waits no more, and takes it from nobody. */
  signal?: AbortSignal;
};

/**
 * Holds a name, alone in this process and in all others of this database, until what it returns is called. Whoever holds
 * it is told.
 *
 * @throws UPLOAD_BUSY (503) when nobody lets go in time, or the database does not answer; what `signal` says
 */
export async function hold(
  name: string,
  { want = () => {}, patienceMs, signal }: HoldOptions,
): Promise<() => Promise<void>> {
  const key = keyOf(name);
  const latest = performance.now() + patienceMs;
  for (let other = held().get(key); other; other = held().get(key)) {
    signal?.throwIfAborted();
    other.want(takenOver());
    if (performance.now() > latest) throw uploadBusy();
    await Promise.race([other.released, sleep(ASK_EVERY_MS)]);
  }
  let tell = () => {};
  const mine = { want, released: new Promise<void>((resolve) => (tell = resolve)) };
  held().set(key, mine);
  const release = () => {
    held().delete(key);
    tell();
  };
  try {
    const client = await takeAmongProcesses(key, latest, signal);
    return async () => {
      await asked(client, LET_GO, [key]).catch(() => {}); // a lost connection has let go by itself
      release();
    };
  } catch (error) {
    release();
    throw error;
  }
}

/** A name may be longer than what can be told over a channel. */
const keyOf = (name: string) => createHash("sha256").update(name).digest("base64url");

async function takeAmongProcesses(key: string, latest: number, signal?: AbortSignal): Promise<pg.Client> {
  for (;;) {
    signal?.throwIfAborted();
    const client = await connected();
    const [row] = await asked(client, TAKE, [key]);
    if (row?.isMine) return client;
    if (performance.now() > latest) throw uploadBusy();
    signal?.throwIfAborted();
    await asked(client, "SELECT pg_notify($1, $2)", [CHANNEL, key]);
    await sleep(ASK_EVERY_MS);
  }
}

/** What is not answered may have been done: nothing is known of such a connection any more, and it ends with all it holds. */
async function asked(client: pg.Client, text: string, values: string[]): Promise<{ isMine?: boolean }[]> {
  try {
    return (await client.query<{ isMine?: boolean }>(text, values)).rows;
  } catch (error) {
    client.end().catch(() => {});
    throw notAnswered(error);
  }
}

function notAnswered(error: unknown): AppError {
  if (isAppError(error)) return error;
  logger("files").warn({ error: (error as Error).message }, "holds of uploads not answered");
  return uploadBusy();
}

function connected(): Promise<pg.Client> {
  const state = connection();
  state.client ??= connect();
  return state.client;
}

async function connect(): Promise<pg.Client> {
  const connectionString = config().database.url;
  // None of its statements waits for a lock: one that is not answered has been lost on the way.
  const limits = { keepAlive: true, connectionTimeoutMillis: UNANSWERED_MS, query_timeout: UNANSWERED_MS };
  const client = new pg.Client({ connectionString, application_name: "tessera uploads", pipeline: true, ...limits });
  let isOver = false;
  const onceOver = () => {
    if (isOver) return;
    isOver = true;
    connection().client = null;
    for (const { want } of held().values()) want(uploadBusy()); // somebody else may hold it by now
  };
  client.on("error", onceOver).on("end", onceOver);
  client.on("notification", ({ processId, payload = "" }) => {
    if (processId !== (client as pg.Client & { processID: number }).processID) held().get(payload)?.want(takenOver());
  });
  try {
    await client.connect();
    await client.query(`LISTEN ${CHANNEL}`);
    return client;
  } catch (error) {
    onceOver();
    client.end().catch(() => {});
    throw notAnswered(error);
  }
}

/** Ends the connection by which this process holds anything. */
export async function stopHolding(): Promise<void> {
  const { client } = connection();
  await (await client?.catch(() => null))?.end();
}
