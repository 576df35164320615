import { mkdirSync } from "node:fs";
import { open, rename } from "node:fs/promises";
import path from "node:path";
import { database, person, type Setting } from "./setting";
import { median, type Row } from "./table";

const COUNT = 400;
/** So often a program has done a thing before it does it as fast as it can: the compiler works meanwhile. */
const WARM = 1000;
const RUNS = 5;
const AT_ONCE = 4;
const BYTES = Buffer.alloc(100, "x");

/** How many a second, when so many are under way at once. */
async function rate(count: number, one: (n: number) => Promise<unknown>): Promise<number> {
  let next = 0;
  const start = performance.now();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      while (next < count) await one(next++);
    }),
  );
  return count / ((performance.now() - start) / 1000);
}

/** Uploads of 100 bytes, beside a loop that does just the durable part: write, sync, rename, commit one row. */
export async function smallUploads(setting: Setting): Promise<Row[]> {
  const alice = await person(setting.clouds[0]);
  await alice.json("POST", "/api/files/folders", { path: "/Small" });
  const upload = async (name: string) => {
    const answer = await alice.send("PUT", `/content/files?path=/Small/${name}`, { body: BYTES });
    await answer.body.dump();
    if (answer.statusCode !== 201) throw new Error(`upload answered ${answer.statusCode}`);
  };

  const folder = path.join(setting.folder, "bare");
  mkdirSync(folder);
  const pool = database(setting.clouds[0]);
  await pool.query("CREATE TABLE IF NOT EXISTS bench_row (name text PRIMARY KEY)");
  const bare = async (name: string) => {
    const temporary = path.join(folder, `${name}.tmp`);
    const file = await open(temporary, "w");
    await file.write(BYTES);
    await file.sync();
    await file.close();
    await rename(temporary, path.join(folder, name));
    await pool.query("INSERT INTO bench_row VALUES ($1)", [name]);
  };

  await rate(WARM, (n) => bare(`warm-${n}`));
  await rate(WARM, (n) => upload(`warm-${n}`));
  const runs = { yardstick: [] as number[], ours: [] as number[] };
  for (let run = 0; run < RUNS; run++) {
    runs.yardstick.push(await rate(COUNT, (n) => bare(`${run}-${n}`)));
    runs.ours.push(await rate(COUNT, (n) => upload(`${run}-${n}`)));
  }
  await pool.query("DROP TABLE bench_row");
  await pool.end();
  return [
    {
      what: "uploads of 100 bytes, 4 at a time",
      figure: median(runs.ours),
      unit: "/s",
      yardstick: { name: "bare loop", figure: median(runs.yardstick) },
      target: 1 / 3,
      atLeast: true,
    },
  ];
}
