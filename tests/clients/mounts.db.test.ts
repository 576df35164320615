import fs from "node:fs";
import path from "node:path";
import { afterAll, describe, expect, it, vi } from "vitest";
import type { UserPrincipal } from "@/lib/core/principal";
import { ownTree } from "@/lib/files/own-tree";
import { type DavFiles, openFiles, startServer } from "@/tests/dav-files";
import { makeUser } from "@/tests/make";
import { contentOf, makeFile, namesIn } from "@/tests/make-files";
import { canMount, hasProgram, runProgram, scratchFolder } from "./programs";
import { startWithReceivedFolder } from "./received-folder";

vi.setConfig({ testTimeout: 180_000 }); // a busy machine takes ten times as long as an idle one
const mayMount = canMount();
const hasRclone = mayMount && hasProgram("rclone") && hasProgram("fusermount", { debianPackage: "fuse3" });
const hasDavfs = mayMount && hasProgram("mount.davfs", { debianPackage: "davfs2" });
const folder = scratchFolder();
afterAll(() => fs.rmSync(folder, { recursive: true }));

type Mounted = { at: string; unmount: () => Promise<void> };
type Mount = (dav: DavFiles, user: string) => Promise<Mounted>;

/** Never with synchronous calls: this process answers what the kernel asks for. */
async function shell(script: string): Promise<string> {
  const result = await runProgram("sh", ["-ec", script]);
  expect(result).toMatchObject({ status: 0 });
  return result.output;
}

const emptyFolder = (name: string) => fs.mkdtempSync(path.join(folder, `${name}-`));

const withRclone: Mount = async (dav, user) => {
  const at = emptyFolder("rclone");
  const pass = (await runProgram("rclone", ["obscure", dav.secret])).output.trim();
  const remote = { TYPE: "webdav", URL: dav.url, VENDOR: "other", USER: user, PASS: pass };
  const named = Object.entries(remote).map(([key, value]) => [`RCLONE_CONFIG_CLOUD_${key}`, value]);
  const env = { ...Object.fromEntries(named), RCLONE_CONFIG: "/dev/null" };
  const cache = ["--vfs-cache-mode", "writes", "--vfs-write-back", "0s", "--cache-dir", emptyFolder("cache")];
  expect(await runProgram("rclone", ["mount", "cloud:", at, "--daemon", ...cache], { env })).toMatchObject({
    status: 0,
  });
  return { at, unmount: async () => void (await shell(`fusermount -u "${at}"`)) };
};

const withDavfs: Mount = async (dav, user) => {
  const [at, cache] = [emptyFolder("davfs"), emptyFolder("cache")];
  const [secrets, conf] = [path.join(cache, "secrets"), path.join(cache, "davfs2.conf")];
  fs.writeFileSync(secrets, `${dav.url}/ ${user} ${dav.secret}\n`, { mode: 0o600 });
  const lines = [`secrets ${secrets}`, `cache_dir ${cache}`, "use_locks 1", "ask_auth 0", "delay_upload 0"];
  // It goes on as an account of its own, which has to get there.
  fs.chmodSync(folder, 0o711);
  fs.chmodSync(cache, 0o777);
  fs.writeFileSync(conf, `${lines.join("\n")}\n`);
  await shell(`mount.davfs -o conf=${conf},uid=0,gid=0 "${dav.url}/" "${at}"`);
  return { at, unmount: async () => void (await shell(`umount "${at}"`)) };
};

/** What people do in a folder of their computer. */
async function work(at: string): Promise<void> {
  await shell(`
    cd "${at}"
    test "$(cat before.txt)" = "was there"
    mkdir Notes && echo hello > Notes/one.txt && cp Notes/one.txt "Notes/a b é.txt"
    head -c 3000000 /dev/zero > Notes/long.bin
    mv Notes/one.txt Notes/two.txt && rm before.txt`);
}

async function expectDone(owner: UserPrincipal, at: string): Promise<void> {
  const limit = { timeout: 60_000 };
  await expect.poll(() => namesIn(ownTree(owner), `${at}/Notes`), limit).toEqual(["a b é.txt", "long.bin", "two.txt"]);
  await expect.poll(() => contentOf(ownTree(owner), `${at}/Notes/two.txt`), limit).toBe("hello\n");
  await expect
    .poll(async () => (await contentOf(ownTree(owner), `${at}/Notes/long.bin`)).length, limit)
    .toBe(3_000_000);
  expect(await namesIn(ownTree(owner), at)).toEqual(["Notes"]);
}

const CLIENTS: [string, boolean, Mount][] = [
  ["rclone mount (apt-get install rclone fuse3, as root, with /dev/fuse)", hasRclone, withRclone],
  ["davfs2 (apt-get install davfs2, as root, with /dev/fuse)", hasDavfs, withDavfs],
];

describe.each(CLIENTS)("%s", (_name, isThere, mount) => {
  it.skipIf(!isThere)("makes one's own files a folder of the computer", async () => {
    const server = await startServer();
    const alice = await makeUser({ userName: "alice" });
    await makeFile(alice, "/Work/before.txt", "was there");
    const { at, unmount } = await mount(await openFiles(server.origin, alice), "alice");

    await work(`${at}/Work`).finally(unmount);

    await expectDone(alice, "/Work");
    await server.stop();
  });

  it.skipIf(!isThere)("and a folder that is on another cloud", async () => {
    const { alice, dav, stop } = await startWithReceivedFolder();
    await makeFile(alice, "/Hut/before.txt", "was there");
    const { at, unmount } = await mount(dav, "bob");

    await work(`${at}/Hut`).finally(unmount);

    await expectDone(alice, "/Hut");
    await stop();
  });
});
