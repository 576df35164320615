import { setTimeout as sleep } from "node:timers/promises";
import { connectPeople } from "./connect";
import { type Dav, davFiles, encoded } from "./dav";
import { whileDead, whileHung, whileSlow } from "./owner-state";
import { rate, rateFor } from "./rate";
import type { Setting } from "./setting";
import { inTurns, type Row, time } from "./table";

const FILES = 20;
const SMALL = Buffer.alloc(100, "x");
const LARGE = Buffer.alloc(32 * 1024 ** 2, "tessera ");
const WARM = 400;
const COUNT = 400;
const ROUNDS = 5;
const AT_ONCE = 4;
/** So many ask for what is on the other cloud, again after a pause, while one's own is read. */
const WAITING = 16;
const PAUSE_MS = 200;
const MEANWHILE_MS = 4_000;

/** One folder reached in three ways: the same received and at its own cloud, and as many own files. */
type Ways = Record<"received" | "direct" | "own", Place>;
type Place = { dav: Dav; folder: string };

/** The bytes of what is received, over WebDAV, its cloud alive, slow, hung and gone; and one's own files beside that. */
export async function receivedFiles(setting: Setting): Promise<Row[]> {
  const [hers, his] = setting.clouds;
  const { receivedPath } = await connectPeople(setting, "Read");
  const [theirs, ours] = [await davFiles(hers), await davFiles(his)];
  const ways: Ways = {
    received: { dav: ours, folder: encoded(receivedPath) },
    direct: { dav: theirs, folder: "/Read" },
    own: { dav: ours, folder: "/ReadHere" },
  };
  await ours.ask("MKCOL", ways.own.folder);
  for (const place of [ways.direct, ways.own]) await fill(place);

  for (const place of Object.values(ways)) await rate(WARM, AT_ONCE, (n) => readSmall(place, n));
  const alive = await whileAlive(ways);
  const ownAlive = await ownRate(ways);
  const slow = await whileSlow(hers, () => slowly(ways, ownAlive));
  const hung = await whileHung(hers, () => refused(ways, "hung", ownAlive));
  const dead = await whileDead(setting, 0, () => refused(ways, "gone", ownAlive));
  return [...alive, ...slow, ...hung, ...dead];
}

async function fill({ dav, folder }: Place): Promise<void> {
  for (let n = 0; n < FILES; n++) await dav.ask("PUT", `${folder}/small-${n}.txt`, { body: SMALL });
  await dav.ask("PUT", `${folder}/large.bin`, { body: LARGE });
}

async function readSmall({ dav, folder }: Place, n: number): Promise<void> {
  const { bytes } = await dav.ask("GET", `${folder}/small-${n % FILES}.txt`);
  if (bytes !== SMALL.length) throw new Error(`${dav.name} answered ${bytes} bytes`);
}

async function readLarge({ dav, folder }: Place): Promise<void> {
  const { bytes } = await dav.ask("GET", `${folder}/large.bin`);
  if (bytes !== LARGE.length) throw new Error(`${dav.name} answered ${bytes} bytes`);
}

async function whileAlive(ways: Ways): Promise<Row[]> {
  const measure = (place: Place) => () => rate(COUNT, AT_ONCE, (n) => readSmall(place, n));
  const rates = await inTurns(ROUNDS, {
    received: measure(ways.received),
    direct: measure(ways.direct),
    own: measure(ways.own),
  });
  return [
    {
      what: "GET of 100 bytes through a received share, 4 at a time",
      figure: rates.received,
      unit: "/s",
      yardstick: { name: "at its own cloud", figure: rates.direct },
      others: [{ name: "an own file", figure: rates.own }],
    },
  ];
}

/** What a slow cloud costs is what it costs whoever asks it directly. */
async function slowly(ways: Ways, ownAlive: number): Promise<Row[]> {
  const small = (place: Place) => async () => 1000 / (await rate(COUNT / 10, AT_ONCE, (n) => readSmall(place, n)));
  const large = (place: Place) => () => time(() => readLarge(place));
  const each = await inTurns(3, { direct: small(ways.direct), received: small(ways.received) });
  const whole = await inTurns(3, { direct: large(ways.direct), received: large(ways.received) });
  const row = (what: string, { direct, received }: typeof each): Row => ({
    what,
    figure: received,
    unit: "ms",
    yardstick: { name: "at its own cloud, as slow", figure: direct },
  });
  return [
    row("GET of 100 bytes through a received share, its cloud slow, each, 4 at a time", each),
    row("GET of 32 MiB through a received share, its cloud slow", whole),
    await beside(ways, "slow", ownAlive),
  ];
}

/** How long a reader waits for the refusal, and how it is for whoever reads something else. */
async function refused(ways: Ways, state: string, ownAlive: number): Promise<Row[]> {
  const what = `GET through a received share, its cloud ${state}, until it is refused`;
  const first = await time(() => mustFail(ways.received));
  const next = await time(() => mustFail(ways.received));
  return [
    { what, figure: first, unit: "ms" },
    { what: `${what}, the next one`, figure: next, unit: "ms" },
    await beside(ways, state, ownAlive),
  ];
}

async function mustFail({ dav, folder }: Place): Promise<void> {
  const { status } = await dav.try("GET", `${folder}/small-0.txt`);
  if (status < 500) throw new Error(`A cloud that is away was read from: ${status}`);
}

async function beside(ways: Ways, state: string, alive: number): Promise<Row> {
  return {
    what: `GET of own files of 100 bytes, 4 at a time, while ${WAITING} ask for what is on a cloud that is ${state}`,
    figure: await ownRate(ways),
    unit: "/s",
    yardstick: { name: "on one that is alive", figure: alive },
  };
}

/** A person's own files, read while others ask now and then for what is on the other cloud, however that answers. */
async function ownRate({ own, received: { dav, folder } }: Ways): Promise<number> {
  let isOver = false;
  const asking = Array.from({ length: WAITING }, async (_, who) => {
    while (!isOver) {
      await dav.try("GET", `${folder}/small-${who}.txt`);
      await sleep(PAUSE_MS);
    }
  });
  const figure = await rateFor(MEANWHILE_MS, AT_ONCE, (_, n) => readSmall(own, n));
  isOver = true;
  await Promise.all(asking);
  return figure;
}
