import type { CloudClient } from "../tests/cloud-client";
import { connectPeople } from "./connect";
import { type Dav, davFiles, encoded } from "./dav";
import { whileDead, whileHung, whileSlow } from "./owner-state";
import { fillFolder, listOver } from "./propfind";
import { database, type Setting } from "./setting";
import { inTurns, type Row, time } from "./table";

const ENTRIES = 10_000;
const ROUNDS = 9;
const LIMIT = 1.25;

type Receiver = { client: CloudClient; dav: Dav; receivedPath: string };

/**
 * A received folder from what is known of it, beside an own one of as many entries: by the pages that the screen asks for,
 * and over WebDAV; its cloud alive, slow, hung and gone.
 */
export async function receivedFolder(setting: Setting): Promise<Row[]> {
  const [hers, his] = setting.clouds;
  const { bob, folderId, receivedPath } = await connectPeople(setting, "Known");
  await fillFolder(hers, folderId, ENTRIES);
  const own = await bob.json<{ id: string }>("POST", "/api/files/folders", { path: "/Own" });
  await fillFolder(his, own.id, ENTRIES);
  const receiver = { client: bob, dav: await davFiles(his), receivedPath };

  const first = await time(() => listAll(bob, receivedPath));
  const alive = await measure(receiver, "alive");
  const slow = await whileSlow(hers, () => measure(receiver, "slow"));
  const hung = await whileHung(hers, async () => [
    await afterAMinute(setting, receiver),
    ...(await measure(receiver, "hung")),
  ]);
  const dead = await whileDead(setting, 0, () => measure(receiver, "dead"));
  const what = `listing a received folder of ${ENTRIES.toLocaleString("en")} entries for the first time`;
  return [{ what, figure: first, unit: "ms" }, ...alive, ...slow, ...hung, ...dead];
}

async function measure({ client, dav, receivedPath }: Receiver, state: string): Promise<Row[]> {
  const pages = (path: string) => () => time(() => listAll(client, path));
  const propfind = (path: string) => async () => (await listOver(dav, `${encoded(path)}/`, ENTRIES)).totalMs;
  const sides = {
    ownPages: pages("/Own"),
    pages: pages(receivedPath),
    ownPropfind: propfind("/Own"),
    propfind: propfind(receivedPath),
  };
  await inTurns(1, sides);
  const times = await inTurns(ROUNDS, sides);
  const entries = `a received folder of ${ENTRIES.toLocaleString("en")} entries from the last known state, its cloud ${state}`;
  const row = (what: string, figure: number, ownFigure: number): Row => ({
    what,
    figure,
    unit: "ms",
    yardstick: { name: "an own folder", figure: ownFigure },
    target: LIMIT,
  });
  return [
    row(`listing ${entries}`, times.pages, times.ownPages),
    row(`PROPFIND of ${entries}`, times.propfind, times.ownPropfind),
  ];
}

/** A program that comes later than that waits for a new look, if not for long. */
async function afterAMinute(setting: Setting, { dav, receivedPath }: Receiver): Promise<Row> {
  const pool = database(setting.clouds[1]);
  await pool.query(
    `UPDATE "KnownFolder" SET "seenAt" = now() - interval '2 minutes', "nextLookAt" = now() WHERE "entryCount" = $1`,
    [ENTRIES],
  );
  await pool.end();
  const { totalMs } = await listOver(dav, `${encoded(receivedPath)}/`, ENTRIES);
  return {
    what: "PROPFIND of the same for the first time in two minutes, its cloud hung",
    figure: totalMs,
    unit: "ms",
  };
}

/** Page by page, as the screen does. */
async function listAll(client: CloudClient, path: string): Promise<void> {
  let count = 0;
  let after: string | null = "";
  while (after !== null) {
    const from: string = after && `&after=${encodeURIComponent(after)}`;
    const address = `/api/files?path=${encodeURIComponent(path)}&limit=${after ? 1000 : 200}${from}`;
    const page: { items: unknown[]; next: string | null } = await client.json("GET", address);
    count += page.items.length;
    after = page.next;
  }
  if (count !== ENTRIES) throw new Error(`There were ${count} entries.`);
}
