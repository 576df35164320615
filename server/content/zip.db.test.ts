import http from "node:http";
import type { AddressInfo } from "node:net";
import { crc32, inflateRawSync } from "node:zlib";
import { encode } from "next-auth/jwt";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { db } from "@/lib/core/db";
import type { SessionPrincipal } from "@/lib/core/principal";
import { blobStore } from "@/lib/files/blobs/store";
import { ownTree } from "@/lib/files/own-tree";
import { cookieName, cookieSecret } from "@/lib/http/session-cookie";
import { stopLive } from "@/lib/notices/live";
import { acceptShare } from "@/lib/sharing/received/answer-share";
import { listReceivedShares } from "@/lib/sharing/received/received-shares";
import { sendShare } from "@/lib/sharing/sent/send-share";
import { getSite } from "@/lib/sites/sites";
import { dispatcher } from "@/server/dispatch";
import { makeAppPassword, makeUser } from "@/tests/make";
import { bytes, makeFile } from "@/tests/make-files";

const server = http.createServer(dispatcher(async (_req, res) => void res.writeHead(404).end()));
let address: string;
let alice: SessionPrincipal;
let headers: Record<string, string>;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await stopLive();
});
beforeEach(async () => {
  alice = await makeUser({ displayName: "Alice" });
  const site = await getSite(alice.siteId);
  const token = await encode({ token: { sid: alice.sessionId }, secret: cookieSecret(site) });
  headers = { cookie: `${cookieName(site, "session")}=${token}`, "sec-fetch-site": "same-origin" };
});

const ask = (folder: string, names: string[], more: [string, string][] = [], sent = headers) => {
  const fields: [string, string][] = [["folder", folder], ...names.map((name): [string, string] => ["name", name])];
  const body = new URLSearchParams([...fields, ...more]);
  return fetch(`${address}/content/zip`, { method: "POST", body, headers: sent });
};

/** Names and contents of an archive, by its directory; folders hold null. Fails where a checksum is not that of the bytes. */
function unzip(zip: Buffer): Record<string, string | null> {
  const end = zip.lastIndexOf(Buffer.from("PK\x05\x06", "latin1"));
  let at = zip.readUInt32LE(end + 16);
  const found: Record<string, string | null> = {};
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    const isUtf8 = (zip.readUInt16LE(at + 8) & 0x800) !== 0;
    const [method, sum, size] = [zip.readUInt16LE(at + 10), zip.readUInt32LE(at + 16), zip.readUInt32LE(at + 20)];
    const [nameSize, extraSize, place] = [
      zip.readUInt16LE(at + 28),
      zip.readUInt16LE(at + 30),
      zip.readUInt32LE(at + 42),
    ];
    const name = zip.subarray(at + 46, at + 46 + nameSize).toString(isUtf8 ? "utf8" : "latin1");
    const start = place + 30 + zip.readUInt16LE(place + 26) + zip.readUInt16LE(place + 28);
    const packed = zip.subarray(start, start + size);
    const bytes = method === 0 ? packed : inflateRawSync(packed);
    expect(crc32(bytes), name).toBe(sum);
    found[name] = name.endsWith("/") ? null : bytes.toString();
    at += 46 + nameSize + extraSize + zip.readUInt16LE(at + 32);
  }
  return found;
}
const contents = async (response: Response) => unzip(Buffer.from(await response.arrayBuffer()));

it("holds what was chosen and all that stands in it, own and received, under its names", async () => {
  await makeFile(alice, "/Ünï/a.txt", "text ".repeat(1000));
  await makeFile(alice, "/Ünï/deep/b.png", "a picture");
  await ownTree(alice).makeFolder(["Ünï", "empty"]);
  await makeFile(alice, "/notes.md", "");
  await makeFile(alice, "/other.txt", "not chosen");
  const bob = await makeUser({ site: await getSite(alice.siteId), displayName: "Bob" });
  await makeFile(bob, "/Plans/house.txt", "A house.");
  const { id: nodeId } = await ownTree(bob).stat(["Plans"]);
  const recipient = { kind: "person", id: alice.userId } as const;
  await sendShare(bob, { nodeId, recipient, role: "viewer", expiresAt: null, note: "" });
  await acceptShare(alice, (await listReceivedShares(alice)).items[0]?.id ?? "");

  const response = await ask("/", ["Ünï", "notes.md", "Plans"]);

  expect([response.status, response.headers.get("content-type")]).toEqual([200, "application/zip"]);
  expect(response.headers.get("content-disposition")).toContain('attachment; filename="Files.zip"');
  expect(await contents(response)).toEqual({
    "Ünï/": null,
    "Ünï/a.txt": "text ".repeat(1000),
    "Ünï/deep/": null,
    "Ünï/deep/b.png": "a picture",
    "Ünï/empty/": null,
    "notes.md": "",
    "Plans/": null,
    "Plans/house.txt": "A house.",
  });
});

it("is called as the one thing in it, or as the folder of several", async () => {
  await makeFile(alice, "/Photos/a.png", "a");
  await makeFile(alice, "/Photos/b.png", "b");
  const name = async (folder: string, names: string[]) =>
    /filename="([^"]*)"/.exec((await ask(folder, names)).headers.get("content-disposition") ?? "")?.[1];

  expect(await name("/", ["Photos"])).toBe("Photos.zip");
  expect(await name("/Photos", ["a.png"])).toBe("a.png.zip");
  expect(await name("/Photos", ["a.png", "b.png"])).toBe("Photos.zip");
});

it("is refused in words before it begins, as far as that is known", async () => {
  await makeFile(alice, "/a.txt");
  const codeOf = async (response: Response) => [response.status, (await response.json()).code];

  expect(await codeOf(await ask("/", ["a.txt", "none"]))).toEqual([404, "NODE_NOT_FOUND"]);
  expect(await codeOf(await ask("/", []))).toEqual([400, "VALIDATION_FAILED"]);
  expect((await ask("/", ["a.txt"], [["check", "1"]])).status).toBe(204);
  const foreign = { ...headers, "sec-fetch-site": "cross-site" };
  expect(await codeOf(await ask("/", ["a.txt"], [], foreign))).toEqual([403, "CROSS_ORIGIN"]);
  const program = { authorization: await makeAppPassword(alice, ["files"]) };
  expect(await contents(await ask("/", ["a.txt"], [], program))).toEqual({ "a.txt": "content" });
});

it("holds what has a name that programs take for a drive", async () => {
  for (const name of ["c:notes.txt", "at: ten.txt"]) {
    await ownTree(alice).write([name], bytes(name), { size: name.length });
  }

  const found = await contents(await ask("/", ["c:notes.txt", "at: ten.txt"]));

  expect(found).toEqual({ "c_notes.txt": "c:notes.txt", "at: ten.txt": "at: ten.txt" });
});

it("is made for one person twice at once and no more, the next after that", async () => {
  await makeFile(alice, "/large.bin", "x".repeat(30_000_000));
  await makeFile(alice, "/small.txt");
  const [one, two] = [await ask("/", ["large.bin"]), await ask("/", ["large.bin"])];

  const third = await ask("/", ["small.txt"]);
  expect([third.status, (await third.json()).code]).toEqual([429, "TOO_MANY_REQUESTS"]);
  const fourth = ask("/", ["small.txt"]);
  await one.body?.cancel();
  expect(await contents(await fourth)).toEqual({ "small.txt": "content" });
  await two.body?.cancel();
});

it("breaks off where something in it cannot be read", async () => {
  await makeFile(alice, "/folder/a.bin", "x".repeat(100_000));
  await makeFile(alice, "/folder/b.bin", "x".repeat(100_000));
  const { blobId } = await db().fileNode.findFirstOrThrow({ where: { name: "b.bin" } });
  await blobStore().remove({ siteId: alice.siteId, id: blobId ?? "" });

  const response = await ask("/", ["folder"]);

  expect(response.status).toBe(200);
  await expect(response.arrayBuffer()).rejects.toThrow();
});

it("is made no faster than it is taken", async () => {
  for (let number = 0; number < 20; number++) await makeFile(alice, `/folder/${number}.bin`, "x".repeat(4_000_000));
  const reads: number[] = [];
  const { open } = blobStore();
  blobStore().open = (...key) => {
    reads.push(Date.now());
    return open(...key);
  };
  try {
    const response = await ask("/", ["folder"]);
    const reader = response.body?.getReader();
    await reader?.read();
    await new Promise((resolve) => setTimeout(resolve, 500));
    // What fits into the buffers on the way is a few of them.
    expect(reads.length).toBeLessThan(12);
    await reader?.cancel();
  } finally {
    blobStore().open = open;
  }
});
