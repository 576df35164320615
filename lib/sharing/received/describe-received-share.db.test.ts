import { afterEach, beforeEach, expect, it } from "vitest";
import { db } from "@/lib/core/db";
import type { UserPrincipal } from "@/lib/core/principal";
import { acceptShare, declineShare, leaveShare, retryAnswer } from "@/lib/sharing/received/answer-share";
import { endReceivedShare } from "@/lib/sharing/received/end-received-share";
import { getReceivedShare, listReceivedShares } from "@/lib/sharing/received/received-shares";
import { deliverAll, noticesOf } from "@/tests/clouds";
import { makeUser } from "@/tests/make";
import { type FakePeer, startPeer } from "@/tests/peer";

let peer: FakePeer;
let bob: UserPrincipal;
let id: string;

const OK = { status: 201, json: {} };
const REFUSED = { status: 410, json: {} };
const answerWith = (reply: { status: number; json: object }) => peer.on("/ocm/notifications", reply);
const heard = () =>
  peer.requestsTo("/ocm/notifications").map(({ body }) => JSON.parse(body.toString()).notificationType);
const now = () => getReceivedShare(bob, id);
const listed = async () => (await listReceivedShares(bob)).items;

beforeEach(async () => {
  peer = await startPeer();
  bob = await makeUser({ displayName: "Bob" });
  const address = `alice@${peer.provider}`;
  const parties = { sender: address, owner: address, shareWith: "bob", senderName: "Alice" };
  const what = { name: "Photos", resourceType: "folder", role: "viewer" as const, providerId: "photos" };
  const offer = { siteId: bob.siteId, receiverId: bob.userId, provider: peer.provider, ...parties, ...what };
  id = (await db().receivedShare.create({ data: offer })).id;
});
afterEach(() => peer.stop());

it("says whether the sender has heard the answer", async () => {
  answerWith(OK);
  const pending = await now();
  const accepted = await acceptShare(bob, id);

  await deliverAll();

  expect(pending).toMatchObject({ state: "pending", untold: null });
  expect(accepted).toMatchObject({ state: "accepted", untold: { hasGivenUp: false, failure: null } });
  expect(await now()).toMatchObject({ state: "accepted", untold: null });
});

it("says that the sender could not be told, and tells again by hand", async () => {
  answerWith(REFUSED);
  await acceptShare(bob, id);
  await deliverAll();
  const gaveUp = await now();
  answerWith(OK);

  await retryAnswer(bob, id);
  await deliverAll();

  const reason = "On the other cloud this is over.";
  expect(gaveUp).toMatchObject({ state: "accepted", untold: { hasGivenUp: true, failure: reason } });
  const about = { what: "accepted", name: "Alice", resource: "Photos", shareId: id, reason };
  expect(await db().notice.findFirst({ where: { kind: "share-untold" } })).toMatchObject({ about });
  expect(heard()).toEqual(["SHARE_ACCEPTED", "SHARE_ACCEPTED"]);
  expect(await now()).toMatchObject({ untold: null });
});

it.each([
  ["declined", () => declineShare(bob, id)],
  ["left", () => acceptShare(bob, id).then(() => leaveShare(bob, id))],
])("keeps what was %s on the list while the sender could not be told, until it is taken off", async (state, end) => {
  answerWith(REFUSED);
  await end();
  const before = await listed();
  await deliverAll();
  const gaveUp = await listed();

  await leaveShare(bob, id);

  expect(before).toEqual([]);
  expect(gaveUp).toMatchObject([{ id, state, untold: { hasGivenUp: true } }]);
  expect(await noticesOf(bob)).toEqual(["share-untold"]);
  expect(await listed()).toEqual([]);
});

it("shows nothing of it while this site does not deal with its cloud: it is told when that ends", async () => {
  answerWith({ status: 503, json: {} });
  await declineShare(bob, id);
  await deliverAll();
  const shown = await listed();

  await db().provider.updateMany({ data: { standing: "blocked" } });

  expect([shown.length, await listed()]).toEqual([1, []]);
});

it("goes on telling a cloud that does not deal with us now", async () => {
  answerWith({ status: 403, json: {} });
  await acceptShare(bob, id);
  await deliverAll();
  const refused = await now();
  answerWith(OK);

  await deliverAll();

  expect(refused).toMatchObject({ untold: { hasGivenUp: false, failure: expect.stringContaining("does not accept") } });
  expect(await noticesOf(bob)).toEqual([]);
  expect(heard()).toEqual(["SHARE_ACCEPTED", "SHARE_ACCEPTED"]);
});

it("has nothing left to tell once the sender ends the share", async () => {
  answerWith(REFUSED);
  await acceptShare(bob, id);
  await deliverAll();

  await db().$transaction((tx) =>
    endReceivedShare(tx, { siteId: bob.siteId, provider: peer.provider, providerId: "photos", proof: null }),
  );

  expect(await now()).toMatchObject({ state: "revoked", untold: null });
  await leaveShare(bob, id);
  expect(await listed()).toEqual([]);
});

it("cannot be accepted while this site does not deal with its cloud, and says so", async () => {
  await db().provider.create({ data: { siteId: bob.siteId, provider: peer.provider, standing: "blocked" } });

  await expect(acceptShare(bob, id)).rejects.toMatchObject({ status: 403, code: "PROVIDER_NOT_TRUSTED" });

  expect(await now()).toMatchObject({ state: "pending", isSuspended: true });
  await db().provider.updateMany({ data: { standing: "unlisted" } });
  expect(await acceptShare(bob, id)).toMatchObject({ state: "accepted", isSuspended: false });
});

it("is told again only for whom it was offered to", async () => {
  const alice = await makeUser();

  await expect(retryAnswer(alice, id)).rejects.toMatchObject({ code: "SHARE_NOT_FOUND" });
});
