import http from "node:http";
import type { AddressInfo } from "node:net";
import { encode } from "next-auth/jwt";
import sharp from "sharp";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { db } from "@/lib/core/db";
import { newId } from "@/lib/core/ids";
import { once } from "@/lib/core/once";
import type { SessionPrincipal } from "@/lib/core/principal";
import { sweepBlobs } from "@/lib/files/blobs/sweep";
import { ownTree } from "@/lib/files/own-tree";
import { purge } from "@/lib/files/purge";
import { pictureShrinker } from "@/lib/files/thumbnails/picture-shrinker";
import { getThumbnail } from "@/lib/files/thumbnails/thumbnail";
import { deleteForGood } from "@/lib/files/trash";
import { cookieName, cookieSecret } from "@/lib/http/session-cookie";
import { stopLive } from "@/lib/notices/live";
import { getSite } from "@/lib/sites/sites";
import { dispatcher } from "@/server/dispatch";
import { pageOf } from "@/tests/documents";
import { makeAppPassword, makeUser } from "@/tests/make";
import { makeFile } from "@/tests/make-files";

const server = http.createServer(dispatcher(async (_req, res) => void res.writeHead(404).end()));
let address: string;
let alice: SessionPrincipal;
let picture: Buffer;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  picture = await sharp({ create: { width: 800, height: 400, channels: 3, background: "teal" } })
    .png()
    .toBuffer();
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await stopLive();
});
beforeEach(async () => {
  alice = await makeUser({ displayName: "Alice" });
});

async function ask(id: string, { user = alice, query = "", more = {} } = {}) {
  const site = await getSite(user.siteId);
  const token = await encode({ token: { sid: user.sessionId }, secret: cookieSecret(site) });
  const headers = { cookie: `${cookieName(site, "session")}=${token}`, "sec-fetch-site": "same-origin", ...more };
  return fetch(`${address}/content/thumbnails?id=${id}${query}`, { headers });
}
const codeOf = async (response: Response) => [response.status, (await response.json()).code];

it("answers with a small picture that nothing can run in, and a browser need not ask twice", async () => {
  const { id, etag } = await makeFile(alice, "/a.png", picture);

  const response = await ask(id, { query: `&v=${etag}` });

  expect(response.status).toBe(200);
  expect(Object.fromEntries(response.headers)).toMatchObject({
    "content-type": "image/webp",
    "x-content-type-options": "nosniff",
    "content-security-policy": expect.stringMatching(/^sandbox; default-src 'none'/),
    "cache-control": "private, max-age=31536000, immutable",
    etag: `"${etag}"`,
  });
  const { width, height } = await sharp(await response.arrayBuffer()).metadata();
  expect([width, height]).toEqual([320, 160]);
  const later = await ask(id, { query: "&v=another", more: { "if-none-match": `"${etag}"` } });
  expect([later.status, later.headers.get("cache-control")]).toEqual([304, "private, no-cache"]);
});

it("is of the first page of a paper", async () => {
  const { id } = await makeFile(alice, "/a.pdf", pageOf("1 0 0 rg 0 0 100 200 re f", "0 0 100 200"));

  const { width, height } = await sharp(await (await ask(id)).arrayBuffer()).metadata();

  expect([width, height]).toEqual([160, 320]);
});

it("is made once for a content, however often and wherever it is looked at", async () => {
  const { id } = await makeFile(alice, "/a.png", picture);
  const copy = await ownTree(alice).copy(["a.png"], ["b.png"]);

  const answers = await Promise.all([ask(id), ask(id), ask(copy.id)]);

  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  expect(await db().thumbnail.count()).toBe(1);
});

it("goes with its content", async () => {
  const { id } = await makeFile(alice, "/a.png", picture);
  await ask(id);
  await ownTree(alice).remove(["a.png"]);
  await deleteForGood(alice, [id]);
  await purge(alice, async () => {});
  await db().blob.updateMany({ where: { siteId: alice.siteId }, data: { createdAt: new Date(0) } });

  await sweepBlobs();

  expect(await db().thumbnail.count()).toBe(0);
  expect((await ask(id)).status).toBe(404);
});

it("is the owner's only, and only of what is there", async () => {
  const { id } = await makeFile(alice, "/a.png", picture);
  const bob = await makeUser({ displayName: "Bob", site: await getSite(alice.siteId) });

  expect(await codeOf(await ask(id, { user: bob }))).toEqual([404, "NODE_NOT_FOUND"]);
  expect(await codeOf(await ask(newId()))).toEqual([404, "NODE_NOT_FOUND"]);
  expect((await ask("no-id")).status).toBe(400);
  const stranger = await fetch(`${address}/content/thumbnails?id=${id}`);
  expect(stranger.status).toBe(401);
  const authorization = await makeAppPassword(alice, ["shares"]);
  const program = await fetch(`${address}/content/thumbnails?id=${id}`, { headers: { authorization } });
  expect(program.status).toBe(403);
});

it("is not of what is no picture, or is broken, which is looked at once", async () => {
  const text = await makeFile(alice, "/a.txt", "words");
  const svg = await makeFile(alice, "/a.svg", "<svg/>");
  const broken = await makeFile(alice, "/broken.png", "no picture");

  for (const { id } of [text, svg, broken, broken]) {
    expect(await codeOf(await ask(id))).toEqual([404, "NO_THUMBNAIL"]);
  }

  expect(await db().thumbnail.findMany({ select: { bytes: true } })).toEqual([{ bytes: null }]);
});

it("is not begun for whoever has gone", async () => {
  const { id } = await makeFile(alice, "/a.png", picture);

  await expect(getThumbnail(alice, id, { signal: AbortSignal.abort() })).rejects.toThrow("aborted");

  expect(await db().thumbnail.count()).toBe(0);
});

it("is held in memory for two people at most, and not read for who goes while others are served", async () => {
  const leaving = new AbortController();
  const site = await getSite(alice.siteId);
  const asked = await Promise.all(
    ["A", "B", "C", "D", "E"].map(async (displayName) => {
      const user = await makeUser({ displayName, site });
      return { user, id: (await makeFile(user, "/a.png", picture)).id };
    }),
  );

  const answers = asked.map(({ user, id }) => getThumbnail(user, id, { signal: leaving.signal }));
  await Promise.race(answers);
  leaving.abort();
  await Promise.allSettled(answers);

  expect(await db().thumbnail.count()).toBeLessThan(4);
});

describe("a picture over which the process ends", () => {
  const stateOf = (blobId: string) =>
    db().thumbnail.findUnique({ where: { siteId_blobId: { siteId: alice.siteId, blobId } } });

  it("is left alone for a while, and given up when it has done so three times", async () => {
    const { id, etag } = await makeFile(alice, "/a.png", picture);
    const keep = (failures: number, failedAt: Date) =>
      db().thumbnail.upsert({
        where: { siteId_blobId: { siteId: alice.siteId, blobId: etag } },
        create: { siteId: alice.siteId, blobId: etag, failures, failedAt },
        update: { failures, failedAt, bytes: null },
      });

    await keep(1, new Date());
    expect(await codeOf(await ask(id))).toEqual([503, "BUSY"]);
    expect(await stateOf(etag)).toMatchObject({ failures: 1, bytes: null });
    await keep(3, new Date(0));
    expect(await codeOf(await ask(id))).toEqual([404, "NO_THUMBNAIL"]);
    await keep(2, new Date(0));
    expect((await ask(id)).status).toBe(200);
    expect(await stateOf(etag)).toMatchObject({ failures: 0, failedAt: null });
  });

  it("is remembered", async () => {
    await ask((await makeFile(alice, "/before.png", picture)).id);
    const { id, etag } = await makeFile(alice, "/a.png", await sharp(picture).resize(700).png().toBuffer());
    const workshop = once("thumbnails", () => ({ shrinker: pictureShrinker({ size: 320 }) }));
    const { shrinker } = workshop;
    workshop.shrinker = pictureShrinker({
      size: 320,
      program: new URL("../../tests/programs/dying-shrinker.mjs", import.meta.url),
    });

    const answers = [await codeOf(await ask(id)), await codeOf(await ask(id))];
    workshop.shrinker.stop();
    workshop.shrinker = shrinker;

    expect(answers).toEqual([
      [503, "BUSY"],
      [503, "BUSY"],
    ]);
    expect(await stateOf(etag)).toMatchObject({ failures: 1, failedAt: expect.any(Date) });
  });
});
