import { createWriteStream } from "node:fs";
import { rm, statfs } from "node:fs/promises";
import { freemem } from "node:os";
import path from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { connectPeople } from "./connect";
import { type Dav, davFiles, encoded } from "./dav";
import { rate } from "./rate";
import { peakMemory, type Setting } from "./setting";
import { type Beside, inTurns, type Row } from "./table";
import { curl } from "./yardsticks/curl";
import { folderToServe, startFileServers } from "./yardsticks/file-servers";

const MEBIBYTE = 1024 ** 2;
const GIBIBYTE = 1024 ** 3;
const ROUNDS = 3;
/** In each round so many parts are read, so many at a time. */
const PARTS = 100;
const AT_ONCE = 4;

type Place = { dav: Dav; path: string };

async function makeFile(file: string, size = GIBIBYTE) {
  const block = Buffer.alloc(MEBIBYTE, "tessera ");
  const blocks = Readable.from(
    (function* () {
      for (let written = 0; written < size; written += block.length) yield block;
    })(),
  );
  await pipeline(blocks, createWriteStream(file));
}

/**
 * A virtual machine is given its memory when it first touches it, which costs more than the writing: whoever keeps what he
 * replaces would pay that each time, and whoever throws it away never.
 */
async function touchMemory(folder: string) {
  const file = path.join(folder, "touched.bin");
  const { bavail, bsize } = await statfs(folder);
  try {
    await makeFile(file, Math.min(8 * GIBIBYTE, freemem() / 2, (bavail * bsize) / 4));
  } finally {
    await rm(file, { force: true });
  }
}

/** Seconds for the whole file; less than the whole is an error. */
const download =
  ({ dav, path }: Place) =>
  async () => {
    const { bytes, totalMs } = await curl(dav.url + path, { headers: dav.headers });
    if (bytes !== GIBIBYTE) throw new Error(`${dav.name} answered ${bytes} bytes`);
    return totalMs / 1000;
  };

const upload =
  (file: string, { dav, path }: Place) =>
  async () =>
    (await curl(dav.url + path, { upload: file, headers: dav.headers })).totalMs / 1000;

/** Milliseconds for a mebibyte from somewhere in the file. */
const readParts =
  ({ dav, path }: Place) =>
  async (round: number) => {
    const each = await rate(PARTS, AT_ONCE, async (n) => {
      const begin = ((round * PARTS + n) * 37 * MEBIBYTE + 12_345) % (GIBIBYTE - MEBIBYTE);
      const range = `bytes=${begin}-${begin + MEBIBYTE - 1}`;
      const { bytes } = await dav.ask("GET", path, { headers: { range } });
      if (bytes !== MEBIBYTE) throw new Error(`${dav.name} answered ${bytes} bytes`);
    });
    return 1000 / each;
  };

/** One file of 1 GiB over WebDAV, in and out and in parts, of one's own and through the receiver's cloud. */
export async function bigFile(setting: Setting): Promise<Row[]> {
  const local = path.join(setting.folder, "big.bin");
  await touchMemory(setting.folder);
  await makeFile(local);
  const files = folderToServe(setting.folder, "big");
  const servers = await startFileServers(setting.folder, files);
  const { receivedPath } = await connectPeople(setting, "Big");
  const [his, hers] = [await davFiles(setting.clouds[1]), await davFiles(setting.clouds[0])];
  const ours = { dav: hers, path: "/Big/big.bin" };
  const received = { dav: his, path: `${encoded(receivedPath)}/big.bin` };
  const nginx = { dav: servers.nginx, path: "/big-nginx.bin" };
  const apache = { dav: servers.apache, path: "/big-apache.bin" };
  const rclone = { dav: servers.rclone, path: "/big-rclone.bin" };
  const sides = <T>(each: (place: Place) => T) => ({
    nginx: each(nginx),
    apache: each(apache),
    rclone: each(rclone),
    ours: each(ours),
  });

  const rows: Row[] = [];
  const pids = setting.clouds.map(({ pid }) => pid);
  const peak = await peakMemory(pids, async () => {
    const put = await inTurns(
      ROUNDS,
      sides((place) => upload(local, place)),
    );
    const get = await inTurns(ROUNDS, sides(download));
    const through = await inTurns(ROUNDS, { nginx: download(nginx), ours: download(received) });
    await readParts(ours)(0);
    const parts = await inTurns(ROUNDS, sides(readParts));
    rows.push(
      row("PUT 1 GiB, hashed, synced, committed", "s", put, { target: 1.5, others: others(put) }),
      row("GET 1 GiB of one's own", "s", get, { target: 2, others: others(get) }),
      row("GET 1 GiB through the receiver's cloud", "s", through, { target: 3 }),
      row("GET of 1 MiB by Range, each, 4 at a time", "ms", parts, { others: others(parts) }),
    );
  });
  await servers.stop();
  return [...rows, { what: "highest resident memory meanwhile", figure: peak, unit: "MB", target: 350 }];
}

function row(
  what: string,
  unit: Row["unit"],
  { ours, nginx }: { ours: number; nginx: number },
  more: Partial<Row>,
): Row {
  return { what, figure: ours, unit, yardstick: { name: "nginx", figure: nginx }, ...more };
}

const others = ({ apache, rclone }: { apache: number; rclone: number }): Beside[] => [
  { name: "Apache mod_dav", figure: apache },
  { name: "rclone serve webdav", figure: rclone },
];
