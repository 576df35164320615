import type { CloudClient } from "../tests/cloud-client";
import { connectPeople } from "./connect";
import { fillFolder } from "./propfind";
import type { Setting } from "./setting";
import { median, type Row, time } from "./table";

const ENTRIES = 10_000;
const ROUNDS = 9;

/** A received folder from what is known of it, its cloud alive and hung, beside an own one of as many entries. */
export async function receivedFolder(setting: Setting): Promise<Row[]> {
  const [hers, his] = setting.clouds;
  const { bob, folderId, receivedPath } = await connectPeople(setting, "Known");
  await fillFolder(hers, folderId, ENTRIES);
  const own = await bob.json<{ id: string }>("POST", "/api/files/folders", { path: "/Own" });
  await fillFolder(his, own.id, ENTRIES);

  const first = await time(() => listAll(bob, receivedPath));
  const alive = await rounds(bob, receivedPath);
  process.kill(hers.pid, "SIGSTOP");
  let hung: number;
  try {
    hung = await rounds(bob, receivedPath);
  } finally {
    process.kill(hers.pid, "SIGCONT");
  }
  const yardstick = { name: "an own folder", figure: await rounds(bob, "/Own") };
  const what = `listing a received folder of ${ENTRIES.toLocaleString("en")} entries`;
  return [
    { what: `${what} from the last known state, its cloud alive`, figure: alive, unit: "ms", yardstick, target: 1.25 },
    { what: `${what} from the last known state, its cloud hung`, figure: hung, unit: "ms", yardstick, target: 1.25 },
    { what: `${what} for the first time`, figure: first, unit: "ms", yardstick },
  ];
}

async function rounds(client: CloudClient, path: string): Promise<number> {
  await listAll(client, path);
  const times = [];
  for (let round = 0; round < ROUNDS; round++) times.push(await time(() => listAll(client, path)));
  return median(times);
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
