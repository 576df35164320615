import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { dropDelivery } from "@/lib/admin/steer-deliveries";
import { db } from "@/lib/core/db";
import type { UserPrincipal } from "@/lib/core/principal";
import { ownTree } from "@/lib/files/own-tree";
import { formatOcmAddress } from "@/lib/protocol/ocm/address";
import { acceptShare, declineShare } from "@/lib/sharing/received/answer-share";
import { measureReceivedShare } from "@/lib/sharing/received/measure-received-share";
import { listReceivedShares } from "@/lib/sharing/received/received-shares";
import { endReshare, listReshares, reshare, updateReshare } from "@/lib/sharing/received/reshares";
import { revokeShare } from "@/lib/sharing/sent/end-sent-shares";
import { sendShare } from "@/lib/sharing/sent/send-share";
import { listSentShares } from "@/lib/sharing/sent/sent-shares";
import { updateSentShare } from "@/lib/sharing/sent/update-sent-share";
import { forgetSites } from "@/lib/sites/sites";
import { type Cloud, deliverAll, noticesOf, startCloud } from "@/tests/clouds";
import { untilBlocked } from "@/tests/locks";
import { makeUser } from "@/tests/make";
import { makeFile } from "@/tests/make-files";
import { memoryTree } from "@/tests/memory-tree";
import { type Asked, type Branch, FAMILIES, type Nextcloud, startNextcloud, type Taken } from "./nextcloud";

// What clouds that speak the older form share on, and have shared on: the owner's cloud answers with a token.

const ALL = Object.entries(FAMILIES)
  .filter(([, { branchToken }]) => branchToken !== null)
  .map(([name, family]) => ({ name, family }));

let here: Cloud;
let third: Cloud;
let there: Nextcloud;
let alice: UserPrincipal;
let carol: UserPrincipal;
let addresses: { alice: string; carol: string };

async function start(family: (typeof FAMILIES)[string]) {
  [here, third, there] = [await startCloud(), await startCloud(), await startNextcloud(family)];
  const { provider } = there;
  await db().provider.create({ data: { siteId: here.site.id, provider, acceptsUnsigned: !family.signs } });
  alice = await makeUser({ site: here.site, userName: "alice", displayName: "Alice" });
  carol = await makeUser({ site: third.site, userName: "carol", displayName: "Carol" });
  addresses = { alice: await addressOf(alice, here), carol: await addressOf(carol, third) };
}
afterEach(() => Promise.all([here.stop(), third.stop(), there.stop()]));

async function addressOf({ userId }: UserPrincipal, { site }: Cloud): Promise<string> {
  const { identifier } = await db().user.findFirstOrThrow({ where: { id: userId } });
  return formatOcmAddress({ identifier, provider: site.provider });
}
const receivedBy = async (user: UserPrincipal) => (await listReceivedShares(user)).items;
const stopTrying = async (subjectId: string) =>
  dropDelivery(alice, (await db().delivery.findFirstOrThrow({ where: { subjectId } })).id);
async function settle() {
  await deliverAll();
  await deliverAll();
}

describe.each(ALL)("what a $name has its owner here share on", ({ family }) => {
  beforeEach(() => start(family));
  const sent = async () => (await listSentShares(alice)).items.filter(({ state }) => state !== "revoked");
  async function share({ canReshare = true, role = "editor" as "editor" | "viewer" } = {}): Promise<Taken> {
    await makeFile(alice, "/Photos/hut.txt", "A hut.");
    const { id: nodeId } = await ownTree(alice).stat(["Photos"]);
    const recipient = { kind: "address", address: `bob@${there.provider}` } as const;
    await sendShare(alice, { nodeId, recipient, role, canReshare, expiresAt: null, note: "" });
    await deliverAll();
    const [offered] = there.taken;
    if (!offered) throw new Error("Nothing was offered.");
    await there.answer(offered, "SHARE_ACCEPTED");
    return offered;
  }
  async function shareOn(): Promise<{ offered: Taken; asked: Asked }> {
    const offered = await share();
    const asked = await there.shareOn(offered, addresses.carol);
    if (!asked) throw new Error("It was not shared on.");
    await settle();
    return { offered, asked };
  }
  const permissions = async (offered: Taken, path = "") =>
    (await there.open(offered, path, { method: "PROPFIND", depth: "0" })).text.match(/permissions>(\w+)/)?.[1];

  it("is a share of its owner, who sees by whom, for no more than to view, since more is not asked for", async () => {
    const { asked } = await shareOn();

    const [branch, through] = await sent();
    expect([branch, through]).toMatchObject([
      { resharedBy: "Bob", role: "viewer", state: "delivered" },
      { resharedBy: null, role: "editor" },
    ]);
    expect(asked.providerId).toBe(branch?.id);
    expect(await receivedBy(carol)).toMatchObject([{ name: "Photos", senderName: "Alice", state: "pending" }]);
  });

  it("shows at its root alone that this may be done", async () => {
    const offered = await share();

    expect([await permissions(offered), await permissions(offered, "hut.txt")]).toEqual(["RGCK", "GDNVW"]);
  });

  it("is answered with a token that opens nothing, rests sealed, and is the same when it is asked again", async () => {
    const { offered, asked } = await shareOn();

    const opened = await there.open({ ...offered, secret: asked.token }, "hut.txt");
    const again = await there.shareOn(offered, addresses.carol, asked.id);

    expect(opened.status).toBe(401);
    expect(again).toEqual(asked);
    const rows = await db().sentShare.findMany({ where: { reshareOfId: { not: null } } });
    expect(rows).toMatchObject([{ askedAs: asked.id }]);
    expect(JSON.stringify(rows)).not.toContain(asked.token);
  });

  it("stays as its owner made it when it is asked for again, since more is not asked for", async () => {
    const { offered, asked } = await shareOn();
    await updateSentShare(alice, asked.providerId, { role: "editor" });

    await there.shareOn(offered, addresses.carol, asked.id);

    expect((await sent())[0]).toMatchObject({ id: asked.providerId, role: "editor" });
  });

  it("is told to have been accepted", async () => {
    const { asked } = await shareOn();
    const [offer] = await receivedBy(carol);

    await acceptShare(carol, offer?.id ?? "");
    await settle();

    expect(asked.heard).toEqual(["SHARE_ACCEPTED"]);
  });

  it.each([
    ["its receiver declines it", async () => declineShare(carol, (await receivedBy(carol))[0]?.id ?? "")],
    ["its owner cuts it", async () => revokeShare(alice, (await sent())[0]?.id ?? "")],
  ])("is told to be gone when %s", async (_name, end) => {
    const { asked } = await shareOn();

    await end();
    await settle();

    expect(asked.heard).toEqual(["RESHARE_UNDO"]);
    expect(await db().delivery.count({ where: { failure: { not: null } } })).toBe(0);
  });

  it("is told of under the name that was asked for, which tells no other", async () => {
    await db().site.update({ where: { id: here.site.id }, data: { answersUserNames: true } });
    forgetSites();
    const dora = await makeUser({ site: here.site, userName: "dora", displayName: "Dora" });
    const { identifier } = await db().user.findFirstOrThrow({ where: { id: dora.userId } });
    await there.shareOn(await share(), `dora@${here.site.provider}`);
    await settle();

    await declineShare(dora, (await receivedBy(dora))[0]?.id ?? "");
    await settle();

    const told = there.requests.map(({ body }) => `${body}`);
    const ends = told.filter((text) => text.includes("RESHARE_UNDO")).map((text) => JSON.parse(text));
    expect(ends).toMatchObject([{ notification: { grantee: `dora@${here.site.provider}` } }]);
    expect(told.join()).not.toContain(identifier);
  });

  it("ends when whoever asked for it says so with its token, and with no other", async () => {
    const { asked, offered } = await shareOn();

    const wrong = [await there.undo({ ...asked, token: "another" }), await there.undo({ ...asked, token: "" })];
    const before = await sent();
    const status = await there.undo(asked);

    expect(wrong).toEqual(family.signs ? [403, 403] : [400, 400]);
    expect([before.length, status]).toEqual([2, 201]);
    expect(await sent()).toMatchObject([{ resharedBy: null }]);
    expect((await there.open(offered, "hut.txt")).text).toBe("A hut.");
  });

  it("ends with the share that it came through", async () => {
    await shareOn();
    const [, through] = await sent();

    await revokeShare(alice, through?.id ?? "");
    await settle();

    expect(await sent()).toEqual([]);
    expect(await receivedBy(carol)).toMatchObject([{ state: "revoked" }]);
  });

  it.each([
    ["without that right", {}, { canReshare: false }],
    ["with another secret", { secret: "another" }, {}],
    ["as another share", { providerId: "01890a5d-ac96-774b-bcce-b302099a8057" }, {}],
  ])("is refused %s", async (_name, change, terms) => {
    const offered = await share(terms);

    const asked = await there.shareOn({ ...offered, ...change }, addresses.carol);
    await settle();

    expect(asked).toBe(null);
    expect(await sent()).toHaveLength(1);
    expect(await receivedBy(carol)).toEqual([]);
  });
});

describe.each(ALL)("what is shared on of a $name's", ({ family }) => {
  beforeEach(() => start(family));
  async function received({ mayShareOn = true, canWrite = true } = {}): Promise<string> {
    await there.share(addresses.alice, "Photos", memoryTree({ "hut.txt": "A hut." }, { canWrite }), { mayShareOn });
    const { id } = await acceptShare(alice, (await receivedBy(alice))[0]?.id ?? "");
    await deliverAll();
    await measureReceivedShare({ siteId: alice.siteId, id });
    return id;
  }
  const toAddress = (receivedShareId: string, address = addresses.carol, role: "viewer" | "editor" = "editor") =>
    reshare(alice, receivedShareId, { recipient: { kind: "address", address }, role });
  async function shareOn(address?: string) {
    const receivedShareId = await received();
    const { id: reshareId } = await toAddress(receivedShareId, address);
    await deliverAll();
    const [branch] = there.branches;
    if (!branch) throw new Error("It was not shared on.");
    return { receivedShareId, reshareId, branch };
  }
  const endOf = ({ providerId }: Branch) => `/ocs/v2.php/cloud/shares/${providerId}/revoke?format=json`;
  const failures = async () =>
    (await db().notice.findMany({ where: { siteId: alice.siteId, kind: "reshare-failed" } })).map(({ about }) => about);
  const tell = async (branch: Branch, type: string) => {
    expect(await there.tellOfBranch(branch, type)).toBe(201);
  };

  it("is asked for under an id of ours, and its token rests sealed", async () => {
    const { receivedShareId, reshareId, branch } = await shareOn();

    expect(there.branches).toMatchObject([{ senderId: reshareId, shareWith: addresses.carol }]);
    expect(await listReshares(alice, receivedShareId)).toMatchObject([{ role: "editor", state: "delivered" }]);
    const rows = await db().reshare.findMany();
    expect(rows).toMatchObject([{ ownersId: String(branch.providerId) }]);
    expect(JSON.stringify(rows)).not.toContain(branch.token);
  });

  it("is seen to have been accepted, declined and cut, when that comes with its token", async () => {
    const { receivedShareId, branch } = await shareOn();
    const state = async () => (await listReshares(alice, receivedShareId)).map((one) => one.state);

    const forged = await there.tellOfBranch({ ...branch, token: "another" }, "SHARE_ACCEPTED");
    const seen = [await state()];
    for (const type of ["SHARE_ACCEPTED", "SHARE_DECLINED", "RESHARE_UNDO"]) {
      await tell(branch, type);
      seen.push(await state());
    }

    expect(forged).toBe(family.signs ? 403 : 400);
    expect(seen).toEqual([["delivered"], ["accepted"], ["declined"], []]);
    expect(await noticesOf(alice)).toContain("reshare-cut");
    const audited = await db().auditEntry.findMany({
      where: { actor: `provider:${there.provider}`, action: { startsWith: "reshare-" } },
      orderBy: { id: "asc" },
    });
    expect(audited.map(({ action }) => action)).toEqual(["reshare-answered", "reshare-answered", "reshare-cut"]);
  });

  it("is refused here with less than all, which they cannot give", async () => {
    const receivedShareId = await received();
    const fixed = { code: "RESHARE_ROLE_FIXED" };

    await expect(toAddress(receivedShareId, addresses.carol, "viewer")).rejects.toMatchObject(fixed);
    const { id: reshareId } = await toAddress(receivedShareId);
    await expect(updateReshare(alice, { receivedShareId, reshareId }, "viewer")).rejects.toMatchObject(fixed);
  });

  it.each([
    ["without that right", { mayShareOn: false }],
    ["with more than one has", { canWrite: false }],
  ])("is refused here %s", async (_name, terms) => {
    const receivedShareId = await received(terms);

    await expect(toAddress(receivedShareId)).rejects.toMatchObject({ code: "RESHARE_BEYOND_RIGHTS" });
  });

  it("is not given by an owner's cloud that refuses it, which is said, and ends nothing else there", async () => {
    const receivedShareId = await received();
    for (const share of there.given.values()) share.mayShareOn = false;

    await toAddress(receivedShareId);
    await settle();

    expect(await listReshares(alice, receivedShareId)).toEqual([]);
    expect(await noticesOf(alice)).toContain("reshare-failed");
    expect(there.requests.filter(({ body }) => `${body}`.includes("RESHARE_UNDO"))).toEqual([]);
    expect(await receivedBy(alice)).toMatchObject([{ state: "accepted" }]);
  });

  it("may be there all the same when the answer was lost, which is said once when it is ended: its owner alone can", async () => {
    const { receivedShareId, reshareId } = await shareOn();
    const lost = { ownersId: null, tokenEncrypted: null, toldRole: null };
    await db().reshare.updateMany({ where: { id: reshareId }, data: lost });

    await endReshare(alice, { receivedShareId, reshareId });
    await settle();
    await db().delivery.updateMany({ data: { knownVersion: 0 } });
    await settle();

    expect(await failures()).toMatchObject([{ keptRole: "unknown", reason: expect.stringContaining("so only") }]);
    expect(await listReshares(alice, receivedShareId)).toEqual([]);
  });

  it("is not taken as given when the answer names neither it nor a token", async () => {
    const receivedShareId = await received();
    there.namesBranches(false);

    await toAddress(receivedShareId);
    await settle();

    expect(there.branches).toHaveLength(1);
    expect(await listReshares(alice, receivedShareId)).toEqual([]);
    expect(await failures()).toMatchObject([{ keptRole: null, reason: expect.stringContaining("so only") }]);
  });

  it("is ended there, whatever a notification of it would do", async () => {
    const { receivedShareId, reshareId } = await shareOn();

    await endReshare(alice, { receivedShareId, reshareId });
    await settle();

    expect(there.branches).toEqual([]);
    expect(await listReshares(alice, receivedShareId)).toEqual([]);
    expect(await noticesOf(alice)).not.toContain("reshare-failed");
  });

  it("goes on here too where its end is refused there, which is said", async () => {
    const { receivedShareId, reshareId, branch } = await shareOn();
    branch.token = "another since";

    await endReshare(alice, { receivedShareId, reshareId });
    await settle();

    expect(there.branches).toHaveLength(1);
    expect(await listReshares(alice, receivedShareId)).toHaveLength(1);
    expect(await failures()).toMatchObject([{ keptRole: "editor" }]);
  });

  it("stays ended where its end was given up while it was being told, and arrived", async () => {
    const { receivedShareId, reshareId, branch } = await shareOn();
    there.on(endOf(branch), async () => {
      await stopTrying(reshareId);
      return { json: {} };
    });

    await endReshare(alice, { receivedShareId, reshareId });
    await settle();

    expect(await listReshares(alice, receivedShareId)).toEqual([]);
    expect(await failures()).toMatchObject([{ keptRole: "unknown" }]);
  });

  it("stays ended where the answer to its end was lost, and may be there all the same, which is said", async () => {
    const { receivedShareId, reshareId, branch } = await shareOn();
    const answers = [{ status: 502 }, { status: 400 }];
    there.on(endOf(branch), () => answers.shift() ?? { status: 404 });

    await endReshare(alice, { receivedShareId, reshareId });
    await settle();

    expect(answers).toEqual([]);
    expect(await listReshares(alice, receivedShareId)).toEqual([]);
    expect(await failures()).toMatchObject([{ keptRole: "unknown", reason: expect.stringContaining("may be there") }]);
  });

  it("leaves to itself what is shared anew with the same person while its end is refused", async () => {
    const { receivedShareId, reshareId, branch } = await shareOn();
    branch.token = "another since";
    await endReshare(alice, { receivedShareId, reshareId });
    let refused = Promise.resolve();
    await db().$transaction(async (tx) => {
      const { shareWith, role, name, siteId } = await tx.reshare.findFirstOrThrow({ where: { id: reshareId } });
      await tx.reshare.create({ data: { siteId, receivedShareId, shareWith, role, name } });
      refused = deliverAll();
      await untilBlocked();
    });

    await refused;

    expect(await listReshares(alice, receivedShareId)).toMatchObject([{ id: expect.not.stringMatching(reshareId) }]);
    expect(await failures()).toMatchObject([{ shareId: reshareId }]);
  });

  it.each([
    ["an administrator stops trying", stopTrying],
    [
      "its token could not be read for a week",
      async (subjectId: string) => {
        await db().reshare.updateMany({ where: { id: subjectId }, data: { tokenEncrypted: "broken" } });
        const firstAttemptAt = new Date(Date.now() - 8 * 86_400_000);
        await db().delivery.updateMany({ where: { subjectId }, data: { firstAttemptAt } });
        await deliverAll();
      },
    ],
  ])("goes on here too where its end is not told because %s, which is said", async (_why, giveUp) => {
    const { receivedShareId, reshareId } = await shareOn();
    await endReshare(alice, { receivedShareId, reshareId });

    await giveUp(reshareId);

    expect(there.branches).toHaveLength(1);
    expect(await listReshares(alice, receivedShareId)).toHaveLength(1);
    expect(await noticesOf(alice)).toContain("reshare-failed");
  });
});
