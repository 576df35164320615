import { chmodSync } from "node:fs";
import path from "node:path";
import { type Dav, davFiles } from "./dav";
import { fillFolder, fillFolderOfDisk } from "./propfind";
import { person, type Setting } from "./setting";
import { inTurns, type Row, time } from "./table";
import { folderToServe, startFileServers } from "./yardsticks/file-servers";

const ENTRIES = 1_000;
const FILE = Buffer.alloc(10 * 1024 ** 2, "tessera ");
const WARM = 50;
const ROUNDS = { small: 200, large: 9 };

const LOCK =
  '<?xml version="1.0"?><d:lockinfo xmlns:d="DAV:"><d:lockscope><d:exclusive/></d:lockscope>' +
  "<d:locktype><d:write/></d:locktype></d:lockinfo>";

/** A folder of one server, in which there are a file, a large one, and a folder of many. */
type Place = { dav: Dav; root: string };

/** The absolute address, which every server understands. */
const to = ({ dav, root }: Place, name: string) => ({ destination: `${dav.url}${root}/${name}` });

/** There in even rounds, and back in odd ones. */
const move = (place: Place, name: string, slash: "" | "/") => (round: number) => {
  const [from, target] = round % 2 === 0 ? [name, `${name}-moved`] : [`${name}-moved`, name];
  const headers = to(place, target + slash);
  return time(() => place.dav.ask("MOVE", `${place.root}/${from}${slash}`, { headers }));
};

/** What was copied is deleted again; that is not measured. */
const copy = (place: Place, name: string, slash: "" | "/") => async (round: number) => {
  const target = `copy-${round}-of-${name}${slash}`;
  const taken = await time(() =>
    place.dav.ask("COPY", `${place.root}/${name}${slash}`, { headers: to(place, target) }),
  );
  await place.dav.ask("DELETE", `${place.root}/${target}`);
  return taken;
};

const lock =
  ({ dav, root }: Place) =>
  () =>
    time(async () => {
      const address = `${root}/small.txt`;
      const headers = { "content-type": "application/xml", timeout: "Second-60", depth: "0" };
      const locked = await dav.ask("LOCK", address, { headers, body: LOCK });
      await dav.ask("UNLOCK", address, { headers: { "lock-token": String(locked.headers["lock-token"]) } });
    });

async function fill({ dav, root }: Place): Promise<void> {
  await dav.ask("PUT", `${root}/small.txt`, { body: Buffer.alloc(100, "x") });
  await dav.ask("PUT", `${root}/large.bin`, { body: FILE });
}

/** Changes that move no byte of ours, and the locks, over WebDAV beside the other servers. */
export async function moveCopyLock(setting: Setting): Promise<Row[]> {
  const files = folderToServe(setting.folder, "changed");
  for (const name of ["nginx", "apache", "rclone"]) {
    const many = path.join(folderToServe(files, name), "many");
    fillFolderOfDisk(many, ENTRIES);
    chmodSync(many, 0o777);
  }
  const servers = await startFileServers(setting.folder, files);
  const alice = await person(setting.clouds[0]);
  await alice.json("POST", "/api/files/folders", { path: "/Changed" });
  const { id } = await alice.json<{ id: string }>("POST", "/api/files/folders", { path: "/Changed/many" });
  await fillFolder(setting.clouds[0], id, ENTRIES);
  const ours = { dav: await davFiles(setting.clouds[0]), root: "/Changed" };
  const apache = { dav: servers.apache, root: "/apache" };
  const rclone = { dav: servers.rclone, root: "/rclone" };
  const nginx = { dav: servers.nginx, root: "/nginx" };
  for (const place of [ours, apache, rclone, nginx]) await fill(place);

  const measure = async (what: string, rounds: number, warm: number, each: (place: Place) => Step): Promise<Row> => {
    const sides = { apache: each(apache), rclone: each(rclone), nginx: each(nginx), ours: each(ours) };
    await inTurns(warm, sides);
    return row(what, await inTurns(rounds, sides));
  };
  const { small, large } = ROUNDS;
  const rows = [
    await measure("MOVE of a file", small, WARM, (place) => move(place, "small.txt", "")),
    await measure(`MOVE of a folder of 1,000 files`, small, WARM, (place) => move(place, "many", "/")),
    await measure("COPY of a file of 10 MiB", large, 2, (place) => copy(place, "large.bin", "")),
    await measure(`COPY of a folder of 1,000 files`, large, 2, (place) => copy(place, "many", "/")),
  ];
  const locks = { apache: lock(apache), rclone: lock(rclone), ours: lock(ours) };
  await inTurns(WARM, locks);
  rows.push(row("LOCK and UNLOCK of a file", await inTurns(small, locks)));
  await servers.stop();
  return rows;
}

type Step = (round: number) => Promise<number>;

function row(what: string, times: { ours: number; apache: number; rclone: number; nginx?: number }): Row {
  const others = [{ name: "rclone serve webdav", figure: times.rclone }];
  if (times.nginx !== undefined) others.push({ name: "nginx", figure: times.nginx });
  return {
    what,
    figure: times.ours,
    unit: "ms",
    yardstick: { name: "Apache mod_dav", figure: times.apache },
    others,
  };
}
