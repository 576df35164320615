import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { describe, expect, it, vi } from "vitest";
import { createClient, type FileStat } from "webdav";
import { ownTree } from "@/lib/files/own-tree";
import { type DavFiles, openFiles, startServer } from "@/tests/dav-files";
import { makeUser } from "@/tests/make";
import { contentOf, namesIn } from "@/tests/make-files";
import { startWithReceivedFolder } from "./received-folder";

vi.setConfig({ testTimeout: 120_000 }); // a busy machine takes ten times as long as an idle one

const NAME = "a b & é %.txt";

/** What a program made with it does in a folder; the same wherever that is. */
async function useFolder(dav: DavFiles, username: string, at: string) {
  const client = createClient(dav.url, { username, password: dav.secret });
  const listed = async (path: string) => (await client.getDirectoryContents(path)) as FileStat[];

  await client.createDirectory(`${at}/Notes/Deep`, { recursive: true });
  expect(await client.putFileContents(`${at}/Notes/${NAME}`, "hello")).toBe(true);
  expect(await client.putFileContents(`${at}/Notes/${NAME}`, "x", { overwrite: false })).toBe(false);
  expect(await client.exists(`${at}/Notes/none.txt`)).toBe(false);
  const before = (await client.stat(`${at}/Notes/${NAME}`)) as FileStat;
  expect(before).toMatchObject({ type: "file", size: 5, mime: "text/plain", basename: NAME });

  const locked = await client.lock(`${at}/Notes/${NAME}`);
  await expect(client.putFileContents(`${at}/Notes/${NAME}`, "no")).rejects.toMatchObject({ status: 423 });
  await client.unlock(`${at}/Notes/${NAME}`, locked.token);

  await client.putFileContents(`${at}/Notes/${NAME}`, "hello again");
  const after = (await client.stat(`${at}/Notes/${NAME}`)) as FileStat;
  expect(after.etag).not.toBe(before.etag);
  expect(await client.getFileContents(`${at}/Notes/${NAME}`, { format: "text" })).toBe("hello again");
  const part = client.createReadStream(`${at}/Notes/${NAME}`, { range: { start: 6, end: 8 } });
  expect(await text(part as Readable)).toBe("aga");

  await client.copyFile(`${at}/Notes/${NAME}`, `${at}/Notes/Deep/copy.txt`);
  await client.moveFile(`${at}/Notes/Deep`, `${at}/Moved`);
  expect((await listed(`${at}/Moved`)).map(({ basename }) => basename)).toEqual(["copy.txt"]);
  await client.deleteFile(`${at}/Notes`);
  expect((await listed(at)).map(({ basename, type }) => [basename, type])).toEqual([["Moved", "directory"]]);
}

describe("npm's webdav client", () => {
  it("works on one's own files", async () => {
    const server = await startServer();
    const alice = await makeUser({ userName: "alice" });
    await ownTree(alice).makeFolder(["Work"]);

    await useFolder(await openFiles(server.origin, alice), "alice", "/Work");

    expect(await contentOf(ownTree(alice), "/Work/Moved/copy.txt")).toBe("hello again");
    await server.stop();
  });

  it("works in a folder that is on another cloud", async () => {
    const { alice, dav, stop } = await startWithReceivedFolder();

    await useFolder(dav, "bob", "/Hut");

    expect(await namesIn(ownTree(alice), "/Hut")).toEqual(["Moved"]);
    expect(await contentOf(ownTree(alice), "/Hut/Moved/copy.txt")).toBe("hello again");
    await stop();
  });
});
