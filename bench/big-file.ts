import { createWriteStream } from "node:fs";
import path from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { CloudClient } from "../tests/cloud-client";
import { connectPeople } from "./connect";
import { peakMemory, type Setting } from "./setting";
import { median, type Row } from "./table";
import { curl } from "./yardsticks/curl";
import { freePort } from "./yardsticks/free-port";
import { startNginx } from "./yardsticks/nginx";

const GIBIBYTE = 1024 ** 3;
const ROUNDS = 3;

async function makeFile(file: string) {
  const block = Buffer.alloc(1024 ** 2, "tessera ");
  const blocks = Readable.from(
    (function* () {
      for (let written = 0; written < GIBIBYTE; written += block.length) yield block;
    })(),
  );
  await pipeline(blocks, createWriteStream(file));
}

/** The requests of both sides take turns, so that a slow moment of the machine meets both. */
async function alternate(ours: () => Promise<number>, yardstick: () => Promise<number>) {
  const figures: { ours: number[]; yardstick: number[] } = { ours: [], yardstick: [] };
  for (let round = 0; round < ROUNDS; round++) {
    figures.yardstick.push(await yardstick());
    figures.ours.push(await ours());
  }
  return { ours: median(figures.ours) / 1000, yardstick: median(figures.yardstick) / 1000 };
}

/** Milliseconds for the whole file; less than the whole is an error. */
async function download(url: string, headers: Record<string, string> = {}): Promise<number> {
  const { bytes, totalMs } = await curl(url, { headers });
  if (bytes !== GIBIBYTE) throw new Error(`${url} answered ${bytes} bytes`);
  return totalMs;
}

const cookieOf = (client: CloudClient) => ({ cookie: client.cookie(), origin: client.origin });

/** One file of 1 GiB in and out, of one's own and through the receiver's cloud, beside nginx. */
export async function bigFile(setting: Setting): Promise<Row[]> {
  const local = path.join(setting.folder, "big.bin");
  await makeFile(local);
  const nginx = await startNginx(setting.folder, await freePort());
  const { alice, bob, receivedPath } = await connectPeople(setting, "Big");
  const own = `${alice.origin}/content/files?path=/Big/big.bin`;
  const received = `${bob.origin}/content/files?path=${encodeURIComponent(`${receivedPath}/big.bin`)}`;

  const rows: Row[] = [];
  const peak = await peakMemory(
    setting.clouds.map(({ pid }) => pid),
    async () => {
      const put = await alternate(
        () => curl(`${own}&conflict=replace`, { upload: local, headers: cookieOf(alice) }).then((t) => t.totalMs),
        () => curl(`${nginx.origin}/big.bin`, { upload: local }).then((t) => t.totalMs),
      );
      const direct = () => download(`${nginx.origin}/big.bin`);
      const get = await alternate(() => download(own, cookieOf(alice)), direct);
      const through = await alternate(() => download(received, cookieOf(bob)), direct);
      const row = (what: string, { ours, yardstick }: typeof get, name: string, target: number): Row => ({
        what,
        figure: ours,
        unit: "s",
        yardstick: { name, figure: yardstick },
        target,
      });
      rows.push(
        row("PUT 1 GiB, hashed, synced, committed", put, "nginx-dav", 1.5),
        row("GET 1 GiB of one's own", get, "nginx", 2.2),
        row("GET 1 GiB through the receiver's cloud", through, "nginx, direct", 4),
      );
    },
  );
  nginx.stop();
  return [...rows, { what: "highest resident memory meanwhile", figure: peak, unit: "MB", target: 350 }];
}
