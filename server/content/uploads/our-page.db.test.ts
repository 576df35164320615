import { randomBytes } from "node:crypto";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { encode } from "next-auth/jwt";
import { afterAll, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { setUploader } from "@/components/files/upload/kept-uploads";
import { sendResumable } from "@/components/files/upload/send-resumable";
import type { Upload } from "@/components/files/upload/upload";
import { db } from "@/lib/core/db";
import type { SessionPrincipal } from "@/lib/core/principal";
import { ownTree } from "@/lib/files/own-tree";
import { getUsage } from "@/lib/files/usage";
import { cookieName, cookieSecret } from "@/lib/http/session-cookie";
import { stopLive } from "@/lib/notices/live";
import { getSite } from "@/lib/sites/sites";
import { dispatcher } from "@/server/dispatch";
import { makeUser } from "@/tests/make";
import { namesIn } from "@/tests/make-files";

/** The uploads of our page against the server, without a browser between them. */

const dispatch = dispatcher(async (_req, res) => void res.writeHead(404).end());
let alice: SessionPrincipal;
let cookie: string;
/** What is done before the server hears of a request. */
let before: (req: http.IncomingMessage) => Promise<void>;
const server = http.createServer(async (req, res) => {
  req.pause();
  await before(req);
  Object.assign(req.headers, { cookie, "sec-fetch-site": "same-origin" });
  dispatch(req, res);
});

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await stopLive();
});
beforeEach(async () => {
  alice = await makeUser();
  const site = await getSite(alice.siteId);
  const token = await encode({ token: { sid: alice.sessionId }, secret: cookieSecret(site) });
  cookie = `${cookieName(site, "session")}=${token}`;
  before = async () => {};
  const kept = new Map<string, string>();
  vi.stubGlobal("localStorage", {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => kept.set(name, value),
    removeItem: (name: string) => kept.delete(name),
  });
  vi.stubGlobal("window", { location: { href: `http://127.0.0.1:${(server.address() as AddressInfo).port}/files` } });
  vi.stubGlobal("navigator", {});
  setUploader(alice.userId);
});

const SIZE = 9_000_000;
const film = Object.assign(randomBytes(SIZE), { name: "film.bin", size: SIZE, lastModified: 1 }) as unknown as File;
const upload: Upload = {
  ...{ id: 1, batch: 1, file: film, into: "/", folder: "/", state: "sending", conflict: "ask", sent: 0, tries: 0 },
  ...{ isInOne: false, failure: null, savedAs: null },
};
const isBegin = ({ method, headers }: http.IncomingMessage) =>
  method === "POST" && headers["upload-concat"] === "partial";
const count = () => db().resumableUpload.count({ where: { ownerId: alice.userId, location: null } });
const usedBy = async () => (await getUsage(alice)).used;

it("ends the parts that had room when there is none for the last, before it goes on", async () => {
  await db().user.updateMany({ where: { id: alice.userId }, data: { quota: 7_000_000 } });

  await expect(sendResumable(upload, () => {}).done).rejects.toMatchObject({ code: "QUOTA_EXCEEDED" });

  expect([await count(), await usedBy()]).toEqual([0, 0]);
});

it("leaves nothing when it is paused before all parts have begun, and then begins anew", async () => {
  let go = () => {};
  const isLetGo = new Promise<void>((resolve) => {
    go = resolve;
  });
  let begun = 0;
  const ended: string[] = [];
  before = async (req) => {
    if (isBegin(req) && ++begun === 3) await isLetGo;
    if (req.method === "DELETE") ended.push(req.url ?? "");
  };
  const sending = sendResumable(upload, () => {});
  const done = expect(sending.done).rejects.toMatchObject({ name: "AbortError" });
  await vi.waitFor(async () => expect(await count()).toBe(2));
  await vi.waitFor(() => expect(begun).toBe(3));

  sending.abort();
  await done;
  go();
  await vi.waitFor(async () => expect([ended.length, await count()]).toEqual([3, 0]));
  expect(await sendResumable(upload, () => {}).done).toBe("film.bin");

  expect([await count(), await usedBy(), await namesIn(ownTree(alice))]).toEqual([0, SIZE, ["film.bin"]]);
});

it("says what is gone rather than begin one part of it anew", async () => {
  let patches = 0;
  before = async ({ method }) => {
    if (method === "PATCH" && ++patches === 3) sending.abort(); // all three have begun
  };
  const sending = sendResumable(upload, () => {});
  await expect(sending.done).rejects.toMatchObject({ name: "AbortError" });
  before = async () => {};
  const parts = await db().resumableUpload.findMany({ where: { ownerId: alice.userId } });
  await db().resumableUpload.deleteMany({ where: { id: parts[0]?.id } });

  await expect(sendResumable(upload, () => {}).done).rejects.toMatchObject({ status: 410, code: "UPLOAD_GONE" });

  expect(parts.length).toBe(3);
  expect(await count()).toBe(2);
});
