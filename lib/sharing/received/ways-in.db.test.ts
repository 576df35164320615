import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { afterEach, beforeEach, expect, it } from "vitest";
import { db } from "@/lib/core/db";
import { unauthenticated } from "@/lib/core/errors";
import type { UserPrincipal } from "@/lib/core/principal";
import { encryptSecret } from "@/lib/core/secrets";
import type { Tree } from "@/lib/files/tree";
import { acceptShare } from "@/lib/sharing/received/answer-share";
import { receivedTree } from "@/lib/sharing/received/received-tree";
import { answerError } from "@/server/webdav/reply";
import { serveDav } from "@/server/webdav/serve";
import { makeUser } from "@/tests/make";
import { memoryTree } from "@/tests/memory-tree";
import { type FakePeer, startPeer } from "@/tests/peer";

// A share whose cloud refuses what should open it, and lets in what else may.
const SECRET = "shr_a-secret";
const BEARER = `Bearer ${SECRET}`;
const BASIC = `Basic ${Buffer.from(`${SECRET}:`).toString("base64")}`;

let peer: FakePeer;
let bob: UserPrincipal;
let id: string;
let theirs: Tree;
/** What its files were shown, and the one thing that opens them. */
let shown: string[];
let opens: string;

beforeEach(async () => {
  shown = [];
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
        if (authorization !== opens) return answerError(request, response, no);
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

async function look(): Promise<string[]> {
  shown = [];
  await (await receivedTree(bob, id)).stat(["hut.txt"]);
  return shown;
}
const wayIn = async () => (await db().receivedShare.findFirstOrThrow({ where: { id } })).wayIn;
const changeShare = (data: object) => db().receivedShare.updateMany({ where: { id }, data });
const exchanges = () => peer.requestsTo("/ocm/token").length;

it("is opened by the next thing that may after a new token was refused too, and by that at once from then on", async () => {
  opens = BASIC;

  expect(await look()).toEqual(["Bearer t1", "Bearer t2", BEARER, BASIC]);
  expect(await wayIn()).toBe("basic");
  expect(await look()).toEqual([BASIC]);
  expect(exchanges()).toBe(2);
});

it("is tried anew when what opened it before is refused", async () => {
  opens = BEARER;
  await look();
  expect(await wayIn()).toBe("bearer");
  opens = "Bearer t3";

  expect(await look()).toEqual([BEARER, "Bearer t2", "Bearer t3"]);

  expect(await wayIn()).toBe("token");
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

it("is shown each thing once if none opens it, and nothing is remembered", async () => {
  opens = "nothing";

  await expect(look()).rejects.toMatchObject({ code: "PEER_REFUSED" });

  expect(shown).toEqual(["Bearer t1", "Bearer t2", BEARER, BASIC]);
  expect(await wayIn()).toBe(null);
});

it("is opened by its secret as well where its cloud refuses the exchange once it is tried anew", async () => {
  await changeShare({ wayIn: "basic" });
  peer.on("/ocm/token", { status: 400, json: { error: "unauthorized_client" } });
  opens = BEARER;

  expect(await look()).toEqual([BASIC, BEARER]);
});

it("takes a large file once it is known what opens it, which is found out before it has to be sent again", async () => {
  opens = BASIC;
  const size = 600_000;
  const write = async () =>
    (await receivedTree(bob, id)).write(["new.bin"], Readable.from([Buffer.alloc(size, 7)]), { size });

  await expect(write()).rejects.toMatchObject({ code: "PEER_BUSY", retryAfter: 1 });
  shown = [];
  await write();

  expect(new Set(shown)).toEqual(new Set([BASIC]));
  expect(await buffer((await theirs.read(["new.bin"])).body)).toHaveLength(size);
});
