import { randomUUID } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import http from "node:http";
import { isDeepStrictEqual } from "node:util";
import { expect } from "@playwright/test";
import pg from "pg";
import type { Cloud } from "./clouds";

export type Bytes = {
  method?: string;
  path: string;
  headers?: Record<string, string | string[]>;
  body?: Buffer | string;
  /** Sent in pieces, so that its length is not announced. */
  isChunked?: boolean;
};
export type Answer = { status: number; headers: http.IncomingHttpHeaders; text: string; json: unknown };

/** Sends exactly these bytes to the server of a cloud, from nobody it knows. */
export function knock(cloud: Cloud, { method = "POST", path, headers = {}, body, isChunked }: Bytes): Promise<Answer> {
  const { port, host } = new URL(cloud.origin);
  return new Promise((resolve, reject) => {
    const options = { host: "127.0.0.1", port, method, path, headers: { host, ...headers }, agent: false };
    const request = http.request(options, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("end", () => {
        const text = Buffer.concat(chunks).toString("utf8");
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text, json: readJson(text) });
      });
    });
    request.on("error", reject);
    if (isChunked) request.flushHeaders();
    request.end(body);
  });
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export async function queryRows<Row extends pg.QueryResultRow>(cloud: Cloud, sql: string, values: unknown[] = []) {
  const client = new pg.Client({ connectionString: cloud.databaseUrl });
  await client.connect();
  try {
    return (await client.query<Row>(sql, values)).rows;
  } finally {
    await client.end();
  }
}

/** What another cloud could change here. What is known of Providers is no part of it: asking them is allowed. */
const CHANGEABLE = [
  "AcceptedInvite",
  "AccessToken",
  "AuditEntry",
  "Blob",
  "Contact",
  "Delivery",
  "FileChange",
  "FileNode",
  "Invite",
  "Notice",
  "ReceivedShare",
  "SeenSignature",
  "SentShare",
  "User",
];
/** The server's own housekeeping: folding changes, what a delivery notes of a share, and how far it has come itself. */
const OWN = ["isFolded", "opensBySecret", "offeredAt"];
const OF_DELIVERY = "knownVersion attempts firstAttemptAt nextAttemptAt leaseUntil gaveUpAt failure deliveredAt".split(
  " ",
);
const ownOf = (table: string) => [...OWN, ...(table === "Delivery" ? OF_DELIVERY : [])].join(",");
const ROWS = CHANGEABLE.map(
  (table) =>
    `SELECT '${table}' AS name, md5(string_agg(row::text, '' ORDER BY row::text)) AS hash
       FROM (SELECT to_jsonb(t) - '{${ownOf(table)}}'::text[] AS row FROM "${table}" t) rows`,
).join(" UNION ALL ");

/** A fingerprint of every row that another cloud could have changed. */
export async function stateOf(cloud: Cloud): Promise<Record<string, string>> {
  const rows = await queryRows<{ name: string; hash: string }>(cloud, ROWS);
  return Object.fromEntries(rows.map(({ name, hash }) => [name, hash]));
}

export type LogLine = { msg: string; room?: string; reason?: string; status?: number; pathname?: string };

/** What a cloud logs from now on. */
export function followLog({ logFile }: Cloud): () => LogLine[] {
  const start = statSync(logFile).size;
  return () =>
    readFileSync(logFile)
      .subarray(start)
      .toString("utf8")
      .split("\n")
      .flatMap((line) => (readJson(line) as LogLine | undefined) ?? []);
}

/**
 * Why requests of other clouds were refused, all of them: one more is made, for which nothing is looked up or counted,
 * and what the log says up to that is read.
 */
async function refusalsIn(cloud: Cloud, log: () => LogLine[]): Promise<LogLine["reason"][]> {
  const last = `/ocm//${randomUUID()}`;
  const logged = () => log().filter(({ msg }) => msg === "ocm request refused");
  await knock(cloud, { method: "GET", path: last });
  await expect.poll(() => logged().some(({ pathname }) => pathname === last)).toBe(true);
  return logged().flatMap(({ pathname, reason }) => (pathname === last ? [] : [reason]));
}

/** That something of a stranger is refused with this status, changes nothing, and is logged once with this reason. */
export async function expectRefusal(
  cloud: Cloud,
  send: () => Promise<Answer>,
  refusal: { status: number; reason: string },
): Promise<Answer> {
  const before = await stateOf(cloud);
  const log = followLog(cloud);

  const answer = await send();

  expect.soft(answer.status).toBe(refusal.status);
  const after = await stateOf(cloud); // takes its time, in which a second line would have come
  const changed = Object.keys(after).filter((table) => !isDeepStrictEqual(after[table], before[table]));
  expect.soft(changed, "tables that changed").toEqual([]);
  expect.soft(await refusalsIn(cloud, log), "reasons logged").toEqual([refusal.reason]);
  return answer;
}
