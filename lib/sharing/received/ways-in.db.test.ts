import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { db, pool } from "@/lib/core/db";
import { forbidden, notFound, unauthenticated } from "@/lib/core/errors";
import type { UserPrincipal } from "@/lib/core/principal";
import { encryptSecret } from "@/lib/core/secrets";
import type { Tree } from "@/lib/files/tree";
import { accessTokenOf, accessToShare, otherAccess } from "@/lib/sharing/received/access";
import { exchangeOnce } from "@/lib/sharing/received/access-token";
import { acceptShare } from "@/lib/sharing/received/answer-share";
import { receivedTree } from "@/lib/sharing/received/received-tree";
import { answerError } from "@/server/webdav/reply";
import { serveDav } from "@/server/webdav/serve";
import { makeUser } from "@/tests/make";
import { memoryTree } from "@/tests/memory-tree";
import { type FakePeer, type PeerReply, startPeer } from "@/tests/peer";

// A share whose cloud refuses what should open it, and lets in what else may.
const SECRET = "shr_a-secret";
const HOUR = 3_600_000;
const BEARER = `Bearer ${SECRET}`;
const BASIC = `Basic ${Buffer.from(`${SECRET}:`).toString("base64")}`;

let peer: FakePeer;
let bob: UserPrincipal;
let id: string;
let theirs: Tree;
/** What its files were shown, and the one thing that opens them. */
let shown: string[];
let opens: string;
/** What is answered to anything else as the user of Basic. */
let refusal: () => Error;

beforeEach(async () => {
  shown = [];
  refusal = () => unauthenticated("ACCESS_TOKEN_INVALID", "No.");
  theirs = memoryTree({ "hut.txt": "wooden" });
  peer = await startPeer({
    capabilities: ["exchange-token"],
    below: {
      path: "/dav/ocm/",
      answer: (request, response) => {
        const { authorization = "", host = "" } = request.headers;
        shown.push(authorization);
        const mount = { tree: theirs, root: "/dav/ocm/s1", authorities: [host], mayBeFile: false };
        const no = unauthenticated("ACCESS_TOKEN_INVALID", "No.");
        const isBasic = authorization.startsWith("Basic ");
        if (authorization !== opens) return answerError(request, response, isBasic ? refusal() : no);
        return serveDav(request, response, { ...mount, check: async () => {} }).catch((error) =>
          answerError(request, response, error),
        );
      },
    },
  });
  let issued = 0;
  peer.on("/ocm/token", () => ({ json: { access_token: `t${++issued}`, token_type: "Bearer", expires_in: 3600 } }));
  bob = await makeUser({ userName: "bob" });
  const { siteId, userId: receiverId } = bob;
  const address = `alice@${peer.provider}`;
  const offer = { sender: address, owner: address, shareWith: "bob-1@here", senderName: "Alice", name: "Huts" };
  const where = { provider: peer.provider, providerId: "s1", webdavUri: "s1", resourceType: "folder" };
  const how = { role: "editor" as const, requirements: [], secretEncrypted: encryptSecret("share-secret", SECRET) };
  id = (await db().receivedShare.create({ data: { siteId, receiverId, ...offer, ...where, ...how } })).id;
  await acceptShare(bob, id);
});
afterEach(() => peer.stop());

async function look(path = ["hut.txt"]): Promise<string[]> {
  shown = [];
  await (await receivedTree(bob, id)).stat(path);
  return shown;
}
const row = () => db().receivedShare.findFirstOrThrow({ where: { id } });
const wayIn = async () => (await row()).wayIn;
/** What opened it is written down behind the answer. */
const hasNoted = (way: string) => vi.waitFor(async () => expect(await wayIn()).toBe(way));
const changeShare = (data: object) => db().receivedShare.updateMany({ where: { id }, data });
const exchanges = () => peer.requestsTo("/ocm/token").length;

it("is opened by the next thing that may after a new token was refused too, and by that at once from then on", async () => {
  opens = BASIC;

  expect(await look()).toEqual(["Bearer t1", "Bearer t2", BEARER, BASIC]);
  await hasNoted("basic");
  expect(await look()).toEqual([BASIC]);
  expect(exchanges()).toBe(2);
});

it("is tried anew when what opened it before is refused", async () => {
  opens = BEARER;
  await look();
  await hasNoted("bearer");
  opens = "Bearer t3";

  expect(await look()).toEqual([BEARER, "Bearer t2", "Bearer t3"]);

  await hasNoted("token");
  expect(await look()).toEqual(["Bearer t3"]);
});

it("is opened by no secret if it asks for the exchange, whatever opened it before", async () => {
  await changeShare({ requirements: ["must-exchange-token"], wayIn: "bearer" });
  opens = BEARER;

  await expect(look()).rejects.toMatchObject({ code: "PEER_REFUSED" });

  expect(shown).toEqual(["Bearer t1", "Bearer t2"]);
});

it("is opened by no secret where the administrators ask for the exchange", async () => {
  const { siteId } = bob;
  await db().provider.updateMany({ where: { siteId, provider: peer.provider }, data: { mustExchange: true } });
  await db().site.updateMany({ where: { id: siteId }, data: { mustExchange: true } });
  opens = BEARER;

  await expect(look()).rejects.toMatchObject({ code: "PEER_REFUSED" });

  expect(shown).toEqual(["Bearer t1", "Bearer t2"]);
});

it("of a cloud that knows no exchange is opened as the user of Basic where the bearer is refused", async () => {
  peer.document.capabilities = [];
  opens = BASIC;

  expect(await look()).toEqual([BEARER, BASIC]);
  expect(exchanges()).toBe(0);
});

it("is shown each thing once if none opens it, and only the first of them in the next minutes", async () => {
  opens = "nothing";

  await expect(look()).rejects.toMatchObject({ code: "PEER_REFUSED" });
  const first = shown;
  await expect(look()).rejects.toMatchObject({ code: "PEER_REFUSED" });

  expect([first, shown]).toEqual([["Bearer t1", "Bearer t2", BEARER, BASIC], ["Bearer t2"]]);
  expect(exchanges()).toBe(2);
  expect(await wayIn()).toBe(null);
  opens = "Bearer t2";
  expect(await look()).toEqual(["Bearer t2"]);
});

it.each([
  ["404", notFound("NODE_NOT_FOUND", "No.")],
  ["403", forbidden("FORBIDDEN", "No.")],
])("is not gone where its cloud says so (%s) only to what it cannot read", async (_status, answer) => {
  opens = "nothing";
  refusal = () => answer;

  await expect(look([])).rejects.toMatchObject({ code: "PEER_REFUSED" });

  expect(new Set(shown)).toEqual(new Set(["Bearer t1", "Bearer t2", BEARER, BASIC]));
  expect((await row()).goneSince).toBe(null);
});

it("says what is not there to a token that was renewed", async () => {
  opens = "Bearer t2";

  await expect(look(["away.txt"])).rejects.toMatchObject({ code: "NODE_NOT_FOUND" });

  expect(shown).toEqual(["Bearer t1", "Bearer t2"]);
});

it.each([
  [400, "unauthorized_client"],
  [401, "unsupported_grant_type"],
])("is opened by its secret where its cloud says that it gives us no token: %s %s", async (status, error) => {
  peer.on("/ocm/token", { status, json: { error } });
  opens = BEARER;

  expect(await look()).toEqual([BEARER]);
  expect(await look()).toEqual([BEARER]);

  expect(exchanges()).toBe(1);
  expect(await wayIn()).toBe("bearer");
});

const FAULTS: [string, PeerReply, string][] = [
  ["an answer without a token", { json: {} }, "PEER_TOKEN_REFUSED"],
  ["401 invalid_client", { status: 401, json: { error: "invalid_client" } }, "PEER_TOKEN_REFUSED"],
  ["403", { status: 403, json: { error: "unauthorized_client" } }, "PEER_TOKEN_REFUSED"],
  ["404", { status: 404, json: {} }, "PEER_TOKEN_REFUSED"],
  ["408", { status: 408, json: {} }, "PEER_BUSY"],
  ["500", { status: 500, json: {} }, "PEER_BUSY"],
];

it.each(FAULTS)(
  "is shown no secret after what may be a passing fault of the exchange: %s",
  async (_fault, reply, code) => {
    peer.on("/ocm/token", reply);
    opens = BEARER;

    await expect(look()).rejects.toMatchObject({ code });

    expect([shown, await wayIn()]).toEqual([[], null]);
  },
);

it.each(FAULTS)("is shown no secret after such a fault when its token was refused: %s", async (_fault, reply) => {
  await accessToShare(bob.siteId, id);
  peer.on("/ocm/token", reply);
  opens = BEARER;

  await expect(look()).rejects.toMatchObject({ code: expect.stringMatching(/^PEER_(REFUSED|BUSY)$/) });

  expect([shown, await wayIn()]).toEqual([["Bearer t1"], null]);
});

it("is tried with a token again a day after its secret opened it, and stays open by that where there is none", async () => {
  await changeShare({ wayIn: "basic", wayInAt: new Date(Date.now() - 25 * HOUR) });
  opens = "Bearer t1";
  expect(await look()).toEqual(["Bearer t1"]);

  peer.on("/ocm/token", { status: 400, json: { error: "invalid_grant" } });
  await changeShare({ accessTokenEncrypted: null, accessTokenExpiresAt: null });
  opens = BASIC;

  expect(await look()).toEqual([BASIC]);
  expect((await row()).wayInAt?.getTime()).toBeGreaterThan(Date.now() - HOUR);
});

it("is opened by the token that another process has exchanged meanwhile", async () => {
  const { siteId } = bob;
  const refused = ["Bearer t1", "Bearer t2"];
  const accessTokenExpiresAt = new Date(Date.now() + HOUR);
  await changeShare({ accessTokenEncrypted: encryptSecret("access-token", "t3"), accessTokenExpiresAt });

  expect(await otherAccess(siteId, id, refused)).toEqual({ authorization: "Bearer t3", isRenewed: true });
  expect(await otherAccess(siteId, id, [...refused, "Bearer t3"])).toEqual({ authorization: BEARER, isRenewed: false });
});

it("gets another token than the one that was refused, also while somebody gets that one", async () => {
  await accessToShare(bob.siteId, id);
  const share = await row();
  const get = (refused: string[]) => exchangeOnce(share, SECRET, refused);

  expect(await Promise.all([get([]), get(["t1"]), get(["t1"])])).toEqual(["t1", "t2", "t2"]);

  expect(exchanges()).toBe(2);
});

it("is exchanged where its cloud does that now, and what its former address says counts for nothing", async () => {
  peer.document.tokenEndPoint = "/former";
  opens = "Bearer t1";
  await expect(look()).rejects.toMatchObject({ code: "PEER_TOKEN_REFUSED" });
  await db().provider.updateMany({ data: { discoveredAt: new Date(Date.now() - 23 * HOUR) } });
  peer.document.tokenEndPoint = "/ocm/token";
  peer.on("/former", { status: 400, json: { error: "unsupported_grant_type" } });

  expect(await look()).toEqual(["Bearer t1"]);

  expect(await wayIn()).toBe(null);
});

it("is answered before it is written down what opened it", async () => {
  peer.document.capabilities = [];
  opens = BEARER;
  await look();
  opens = BASIC;
  const holder = await pool().connect();
  await holder.query(`BEGIN; LOCK TABLE "ReceivedShare" IN EXCLUSIVE MODE`);

  expect(await look()).toEqual([BEARER, BASIC]);

  expect(await wayIn()).toBe(null);
  await holder.query("ROLLBACK");
  holder.release();
  await hasNoted("basic");
});

it("has a token for what is opened by nothing else only where that opens it", async () => {
  const { siteId } = bob;
  expect(await accessTokenOf(siteId, id)).toBe("t1");

  await changeShare({ wayIn: "bearer", wayInAt: new Date() });

  expect(await accessTokenOf(siteId, id)).toBe(null);
});

it("is opened by its secret as well where its cloud refuses the exchange once it is tried anew", async () => {
  await changeShare({ wayIn: "basic", wayInAt: new Date() });
  peer.on("/ocm/token", { status: 400, json: { error: "unauthorized_client" } });
  opens = BEARER;

  expect(await look()).toEqual([BASIC, BEARER]);
});

it("takes a large file by what is found to open it before that is sent", async () => {
  opens = BASIC;
  const size = 600_000;

  await (await receivedTree(bob, id)).write(["new.bin"], Readable.from([Buffer.alloc(size, 7)]), { size });

  expect(shown.slice(0, 4)).toEqual(["Bearer t1", "Bearer t2", BEARER, BASIC]);
  expect(new Set(shown.slice(4))).toEqual(new Set([BASIC]));
  await hasNoted("basic");
  expect(await buffer((await theirs.read(["new.bin"])).body)).toHaveLength(size);
});
