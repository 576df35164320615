import fs from "node:fs";
import path from "node:path";
import { afterAll, describe, expect, it, vi } from "vitest";
import { ownTree } from "@/lib/files/own-tree";
import { type DavFiles, openFiles, startServer } from "@/tests/dav-files";
import { makeUser } from "@/tests/make";
import { contentOf, namesIn } from "@/tests/make-files";
import { hasProgram, runProgram, scratchFolder } from "./programs";
import { startWithReceivedFolder } from "./received-folder";

vi.setConfig({ testTimeout: 120_000 }); // a busy machine takes ten times as long as an idle one
const hasRclone = hasProgram("rclone");
const hasCadaver = hasProgram("cadaver");
const folder = scratchFolder();
afterAll(() => fs.rmSync(folder, { recursive: true }));

const FILES: Record<string, string> = {
  "short.txt": "hello",
  "empty.txt": "",
  "long.bin": "0123456789".repeat(200_000),
  "Deep/a b & é %.txt": "with signs",
  "Deep/Deeper/inner.txt": "inner",
};

function writeFiles(name: string): string {
  const root = path.join(folder, name);
  for (const [file, content] of Object.entries(FILES)) {
    fs.mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    fs.writeFileSync(path.join(root, file), content);
  }
  return root;
}

describe.skipIf(!hasRclone)("rclone (apt-get install rclone)", () => {
  async function rclone(dav: DavFiles, user: string, ...args: string[]) {
    const pass = (await runProgram("rclone", ["obscure", dav.secret])).output.trim();
    const remote = { TYPE: "webdav", URL: dav.url, VENDOR: "other", USER: user, PASS: pass };
    const named = Object.entries(remote).map(([key, value]) => [`RCLONE_CONFIG_CLOUD_${key}`, value]);
    const env = { ...Object.fromEntries(named), RCLONE_CONFIG: "/dev/null", RCLONE_RETRIES: "1" };
    const result = await runProgram("rclone", args, { env });
    expect(result).toMatchObject({ status: 0 });
    return result.output;
  }

  it("brings a folder here and back, changes it, and finds both the same", async () => {
    const server = await startServer();
    const alice = await makeUser({ userName: "alice" });
    const dav = await openFiles(server.origin, alice);
    const [here, back] = [writeFiles("own"), path.join(folder, "own-back")];

    await rclone(dav, "alice", "sync", here, "cloud:Backup");
    await rclone(dav, "alice", "check", "--download", here, "cloud:Backup");
    fs.rmSync(path.join(here, "Deep/Deeper"), { recursive: true });
    fs.writeFileSync(path.join(here, "short.txt"), "hello again");
    await rclone(dav, "alice", "sync", here, "cloud:Backup");
    await rclone(dav, "alice", "sync", "cloud:Backup", back);

    expect(await contentOf(ownTree(alice), "/Backup/short.txt")).toBe("hello again");
    expect(await namesIn(ownTree(alice), "/Backup/Deep")).not.toContain("inner.txt");
    await rclone(dav, "alice", "check", "--download", here, back);
    expect(await rclone(dav, "alice", "about", "cloud:")).toContain("Used");
    await server.stop();
  });

  it("does so through a folder that is on another cloud", async () => {
    const { alice, dav, stop } = await startWithReceivedFolder();
    const here = writeFiles("received");

    await rclone(dav, "bob", "sync", here, "cloud:Hut");
    await rclone(dav, "bob", "check", "--download", here, "cloud:Hut");
    await rclone(dav, "bob", "move", "cloud:Hut/Deep", "cloud:Mine");
    await rclone(dav, "bob", "copy", "cloud:Mine", "cloud:Hut/Again");

    expect(await contentOf(ownTree(alice), "/Hut/long.bin")).toBe(FILES["long.bin"]);
    expect(await contentOf(ownTree(alice), "/Hut/Again/Deeper/inner.txt")).toBe("inner");
    await stop();
  });
});

describe.skipIf(!hasCadaver)("cadaver (apt-get install cadaver)", () => {
  async function cadaver(dav: DavFiles, user: string, at: string, commands: string[]) {
    const home = path.join(folder, `home-${user}`);
    fs.mkdirSync(home, { recursive: true });
    const { hostname } = new URL(dav.url);
    const netrc = `machine ${hostname} login ${user} password ${dav.secret}\n`;
    fs.writeFileSync(path.join(home, ".netrc"), netrc, { mode: 0o600 });
    const run = { env: { HOME: home }, cwd: home, input: `${commands.join("\n")}\nquit\n` };
    return (await runProgram("cadaver", [dav.url + at], run)).output;
  }
  const COMMANDS = (file: string) => [
    ...["mkcol Notes", "cd Notes", `put ${file} one.txt`, "copy one.txt two.txt", "move two.txt three.txt"],
    ...["lock one.txt", `put ${file} one.txt`, "discover one.txt", "unlock one.txt"],
    ...["mkcol Old", "copy three.txt Old/", "rmcol Old", "delete three.txt", "ls", "get one.txt copy.txt"],
  ];

  it("works on one's own files, with locks", async () => {
    const server = await startServer();
    const alice = await makeUser({ userName: "alice" });
    const dav = await openFiles(server.origin, alice);

    const output = await cadaver(dav, "alice", "/", COMMANDS(path.join(writeFiles("cadaver"), "short.txt")));

    expect(output).not.toMatch(/failed|error|could not/i);
    expect(output).toMatch(/Scope: exclusive/i);
    expect(await namesIn(ownTree(alice), "/Notes")).toEqual(["one.txt"]);
    expect(fs.readFileSync(path.join(folder, "home-alice/copy.txt"), "utf8")).toBe("hello");
    await server.stop();
  });

  it("works in a folder that is on another cloud", async () => {
    const { alice, dav, stop } = await startWithReceivedFolder();

    const output = await cadaver(dav, "bob", "/Hut/", COMMANDS(path.join(writeFiles("far"), "short.txt")));

    expect(output).not.toMatch(/failed|error|could not/i);
    expect(await namesIn(ownTree(alice), "/Hut/Notes")).toEqual(["one.txt"]);
    await stop();
  });
});
