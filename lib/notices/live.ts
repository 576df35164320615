import pg from "pg";
import { config } from "@/lib/core/config";
import type { Tx } from "@/lib/core/db";
import { logger } from "@/lib/core/logger";
import { once } from "@/lib/core/once";
import { LiveTopic } from "./schema";

export type LiveListener = (topic: LiveTopic) => void;
type LiveEvent = { siteId: string; userId: string; topic: LiveTopic };

/** What is said there. */
export const livePayload = (event: LiveEvent): string => JSON.stringify(event);

/** Where PostgreSQL carries what open pages should know, to all processes. */
export const LIVE_CHANNEL = "tessera_live";
const LONGEST_PAUSE = 10_000;

type Hub = { listeners: Map<string, Set<LiveListener>>; client: pg.Client | null; isWanted: boolean };
const hub = () => once("live", (): Hub => ({ listeners: new Map(), client: null, isWanted: false }));
const addressee = (siteId: string, userId: string) => `${siteId}/${userId}`;

/** Tells the open pages of these people, once the transaction commits, that the lists of a topic are stale. */
export async function touchTopic(tx: Tx, siteId: string, userIds: string[], topic: LiveTopic): Promise<void> {
  if (userIds.length === 0) return;
  const payloads = userIds.map((userId) => livePayload({ siteId, userId, topic }));
  await tx.$executeRaw`SELECT pg_notify(${LIVE_CHANNEL}, payload) FROM unnest(${payloads}::text[]) AS payload`;
}

/**
 * Calls the listener for each topic of this person that went stale, on whichever process it was changed; for every
 * topic when the connection to the database is there (again), since nobody knows what was missed. Call the result to
 * end it.
 */
export function subscribeLive(siteId: string, userId: string, listener: LiveListener): () => void {
  const { listeners } = hub();
  const key = addressee(siteId, userId);
  const ofPerson = listeners.get(key) ?? new Set();
  listeners.set(key, ofPerson.add(listener));
  startListening();
  return () => {
    ofPerson.delete(listener);
    if (ofPerson.size === 0 && listeners.get(key) === ofPerson) listeners.delete(key);
  };
}

function startListening(): void {
  if (hub().isWanted) return;
  hub().isWanted = true;
  void connect(0);
}

async function connect(failures: number): Promise<void> {
  const client = new pg.Client({ connectionString: config().database.url, application_name: "tessera live" });
  let isOver = false;
  const onceOver = () => {
    if (isOver || !hub().isWanted) return;
    isOver = true;
    hub().client = null;
    setTimeout(() => hub().isWanted && connect(failures + 1), Math.min(250 * 2 ** failures, LONGEST_PAUSE)).unref();
  };
  client.on("error", onceOver).on("end", onceOver);
  client.on("notification", ({ payload }) => {
    const event = JSON.parse(payload ?? "{}") as LiveEvent;
    tell(hub().listeners.get(addressee(event.siteId, event.userId)), event.topic);
  });
  try {
    await client.connect();
    await client.query(`LISTEN ${LIVE_CHANNEL}`);
    hub().client = client;
    // Nobody heard what was said before, whether the connection was lost or is the first of this process.
    for (const topic of LiveTopic.options) for (const one of hub().listeners.values()) tell(one, topic);
    failures = 0;
  } catch (error) {
    logger("notices").warn({ error: (error as Error).message }, "live connection failed");
    client.end().catch(() => {});
    onceOver();
  }
}

function tell(listeners: Iterable<LiveListener> | undefined, topic: LiveTopic): void {
  for (const listener of [...(listeners ?? [])]) {
    try {
      listener(topic);
    } catch (error) {
      logger("notices").error({ err: error }, "live listener failed");
    }
  }
}

/** Ends the connection over which changes are heard. */
export async function stopLive(): Promise<void> {
  const { client } = hub();
  hub().isWanted = false;
  hub().client = null;
  await client?.end();
}
