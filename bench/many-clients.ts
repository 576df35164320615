import { type Dav, davFiles } from "./dav";
import { rateFor } from "./rate";
import type { Setting } from "./setting";
import { inTurns, type Row } from "./table";
import { folderToServe, startFileServers } from "./yardsticks/file-servers";

const FEW = 5;
const MANY = 50;
const ROUNDS = 3;
const ROUND_MS = 3_000;
const ENTRIES = 20;
const READ = Buffer.alloc(100 * 1024, "tessera ");
const WRITTEN = Buffer.alloc(1024, "x");

type Place = { dav: Dav; root: string };

/** What programs that keep a copy do: they look at a folder, read a file, and write one of their own. */
async function work({ dav, root }: Place, who: number, n: number): Promise<void> {
  if (n % 3 === 0) await dav.ask("PROPFIND", `${root}/read/`, { headers: { depth: "1" } });
  else if (n % 3 === 1) await dav.ask("GET", `${root}/read/${who % ENTRIES}.bin`);
  else await dav.ask("PUT", `${root}/written/${who}.bin`, { body: WRITTEN });
}

async function prepare({ dav, root }: Place): Promise<void> {
  for (const folder of ["", "/read", "/written"]) await dav.ask("MKCOL", `${root}${folder}/`);
  for (let n = 0; n < ENTRIES; n++) await dav.ask("PUT", `${root}/read/${n}.bin`, { body: READ });
}

/** Requests of all clients together, 50 at once beside 5; and what others lose by that. */
export async function manyClients(setting: Setting): Promise<Row[]> {
  const servers = await startFileServers(setting.folder, folderToServe(setting.folder, "many"));
  const places = {
    ours: { dav: await davFiles(setting.clouds[0]), root: "/Clients" },
    apache: { dav: servers.apache, root: "/apache" },
    rclone: { dav: servers.rclone, root: "/rclone" },
  };
  const clients = (place: Place, count: number) => () => rateFor(ROUND_MS, count, (who, n) => work(place, who, n));
  const measure = async (place: Place) => {
    await prepare(place);
    await clients(place, MANY)();
    return inTurns(ROUNDS, { few: clients(place, FEW), many: clients(place, MANY) });
  };
  const ours = await measure(places.ours);
  const apache = await measure(places.apache);
  const rclone = await measure(places.rclone);
  await servers.stop();
  const row = (what: string, { few, many }: typeof ours): Row => ({
    what,
    figure: many,
    unit: "/s",
    yardstick: { name: `${FEW} clients`, figure: few },
    atLeast: true,
  });
  const what = `PROPFIND, GET and PUT by ${MANY} clients at once`;
  return [
    { ...row(what, ours), target: 0.8 },
    row(`${what}, Apache mod_dav`, apache),
    row(`${what}, rclone serve webdav`, rclone),
  ];
}
