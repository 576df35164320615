import { mkdirSync } from "node:fs";
import { open, rename } from "node:fs/promises";
import path from "node:path";
import { type Dav, davFiles } from "./dav";
import { rate } from "./rate";
import { database, person, type Setting } from "./setting";
import { type Beside, inTurns, type Row } from "./table";
import { folderToServe, startFileServers } from "./yardsticks/file-servers";

const COUNT = 400;
/** So often a program has done a thing before it does it as fast as it can: the compiler works meanwhile. */
const WARM = 1000;
const RUNS = 5;
const AT_ONCE = 4;
const BYTES = Buffer.alloc(100, "x");

/** A loop that does just the durable part: write, sync, rename, commit one row. */
async function bareLoop(setting: Setting) {
  const folder = path.join(setting.folder, "bare");
  mkdirSync(folder);
  const pool = database(setting.clouds[0]);
  await pool.query("CREATE TABLE IF NOT EXISTS bench_row (name text PRIMARY KEY)");
  return {
    once: async (name: string) => {
      const temporary = path.join(folder, `${name}.tmp`);
      const file = await open(temporary, "w");
      await file.write(BYTES);
      await file.sync();
      await file.close();
      await rename(temporary, path.join(folder, name));
      await pool.query("INSERT INTO bench_row VALUES ($1)", [name]);
    },
    end: async () => {
      await pool.query("DROP TABLE bench_row");
      await pool.end();
    },
  };
}

/** Uploads of 100 bytes, as the browser makes them and over WebDAV, beside the bare loop and servers that sync nothing. */
export async function smallUploads(setting: Setting): Promise<Row[]> {
  const alice = await person(setting.clouds[0]);
  const dav = await davFiles(setting.clouds[0]);
  const bare = await bareLoop(setting);
  const servers = await startFileServers(setting.folder, folderToServe(setting.folder, "small"));
  await alice.json("POST", "/api/files/folders", { path: "/Small" });
  const upload = async (name: string) => {
    const answer = await alice.send("PUT", `/content/files?path=/Small/${name}`, { body: BYTES });
    await answer.body.dump();
    if (answer.statusCode !== 201) throw new Error(`upload answered ${answer.statusCode}`);
  };
  const put = (to: Dav, folder: string) => (name: string) => to.ask("PUT", `${folder}/${name}`, { body: BYTES });
  const ways = {
    bare: bare.once,
    browser: upload,
    dav: put(dav, "/Small/dav"),
    nginx: put(servers.nginx, "/nginx"),
    apache: put(servers.apache, "/apache"),
    rclone: put(servers.rclone, "/rclone"),
  };
  await dav.ask("MKCOL", "/Small/dav");
  for (const name of ["nginx", "apache", "rclone"] as const) await servers[name].ask("MKCOL", `/${name}/`);

  for (const once of Object.values(ways)) await rate(WARM, AT_ONCE, (n) => once(`warm-${n}`));
  const measure = (once: (name: string) => Promise<unknown>) => (run: number) =>
    rate(COUNT, AT_ONCE, (n) => once(`${run}-${n}`));
  const rates = await inTurns(RUNS, {
    bare: measure(ways.bare),
    browser: measure(ways.browser),
    dav: measure(ways.dav),
    nginx: measure(ways.nginx),
    apache: measure(ways.apache),
    rclone: measure(ways.rclone),
  });
  await servers.stop();
  await bare.end();
  const yardstick: Beside = { name: "bare loop", figure: rates.bare };
  const others = (["nginx", "apache", "rclone"] as const).map((name) => ({
    name: servers[name].name,
    figure: rates[name],
  }));
  const row = { unit: "/s", yardstick, atLeast: true } as const;
  return [
    { ...row, what: "uploads of 100 bytes, 4 at a time", figure: rates.browser, target: 1 / 3 },
    { ...row, what: "PUT of 100 bytes, 4 at a time", figure: rates.dav, target: 1 / 2, others },
  ];
}
