import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { acceptInvite } from "@/lib/contacts/accept-invite";
import { createInvite } from "@/lib/contacts/invites";
import { removeContact } from "@/lib/contacts/remove-contact";
import { db } from "@/lib/core/db";
import type { UserPrincipal } from "@/lib/core/principal";
import { decryptSecret } from "@/lib/core/secrets";
import { ownTree } from "@/lib/files/own-tree";
import { formatOcmAddress } from "@/lib/protocol/ocm/address";
import { endSharesWithContact } from "@/lib/sharing/end-shares";
import { acceptShare, declineShare, leaveShare } from "@/lib/sharing/received/answer-share";
import { measureReceivedShare } from "@/lib/sharing/received/measure-received-share";
import { listReceivedShares } from "@/lib/sharing/received/received-shares";
import { receivedTree } from "@/lib/sharing/received/received-tree";
import { revokeShare } from "@/lib/sharing/sent/end-sent-shares";
import { sendShare } from "@/lib/sharing/sent/send-share";
import { getSentShare } from "@/lib/sharing/sent/sent-shares";
import { updateSentShare } from "@/lib/sharing/sent/update-sent-share";
import { makeKeyPairs, stageKeys } from "@/lib/sites/change-keys";
import { forgetKeys } from "@/lib/sites/keys";
import { type Cloud, deliverAll, startCloud } from "@/tests/clouds";
import { makeUser } from "@/tests/make";
import { bytes, contentOf, makeFile, namesIn } from "@/tests/make-files";
import { memoryTree } from "@/tests/memory-tree";
import { FAMILIES, INVITING_FAMILIES, type Nextcloud, startNextcloud, type Taken } from "./nextcloud";

const ALL = Object.entries(FAMILIES).map(([name, family]) => ({ name, family }));

let here: Cloud;
let there: Nextcloud;
let alice: UserPrincipal;
let address: string;

async function start(family: (typeof FAMILIES)[string]) {
  [here, there] = [await startCloud(), await startNextcloud(family)];
  const { provider } = there;
  await db().provider.create({ data: { siteId: here.site.id, provider, acceptsUnsigned: !family.signs } });
  alice = await makeUser({ site: here.site, userName: "alice", displayName: "Alice" });
  const { identifier } = await db().user.findFirstOrThrow({ where: { id: alice.userId } });
  address = formatOcmAddress({ identifier, provider: here.site.provider });
}
afterEach(() => Promise.all([here.stop(), there.stop()]));

const secretsAtRest = async () => {
  const columns = { select: { secretEncrypted: true } };
  const rows = [...(await db().sentShare.findMany(columns)), ...(await db().receivedShare.findMany(columns))];
  return rows.map(({ secretEncrypted }) => secretEncrypted);
};

describe.each(ALL)("what a $name shares", ({ family }) => {
  beforeEach(() => start(family));
  const FILES = { "hut.txt": "A hut.", "deep/lake.txt": "A lake." };
  const received = async () => {
    const [share] = (await listReceivedShares(alice)).items;
    if (!share) throw new Error("Nothing was received.");
    return share;
  };
  const answersTo = (secret: string) => there.given.get(secret)?.answers;
  const forgetLook = () => db().receivedShare.updateMany({ data: { reachedAt: new Date(0) } });

  it("is offered, accepted, browsed, read and written", async () => {
    const { status, secret } = await there.share(address, "Photos", memoryTree(FILES));
    expect(status).toBe(201);
    expect(await received()).toMatchObject({ name: "Photos", senderName: "Carol", kind: "file", state: "pending" });

    const { id } = await acceptShare(alice, (await received()).id);
    await deliverAll();
    await measureReceivedShare({ siteId: alice.siteId, id });

    expect(answersTo(secret)).toEqual(["SHARE_ACCEPTED"]);
    expect(await received()).toMatchObject({ kind: "folder", role: "editor", path: "/Photos", failure: null });
    const tree = await receivedTree(alice, id);
    expect(await namesIn(tree)).toEqual(["deep", "hut.txt"]);
    expect(await contentOf(tree, "/deep/lake.txt")).toBe("A lake.");
    await tree.write(["deep", "new.txt"], bytes("new"), { size: 3, ifAbsent: true });
    expect(await text((await (await receivedTree(alice, id)).read(["deep", "new.txt"])).body)).toBe("new");
  });

  it("lets one remove a folder as it was seen, and not once something came into it", async () => {
    await there.share(address, "Photos", memoryTree({ ...FILES, "old/map.txt": "A map." }));
    const { id } = await acceptShare(alice, (await received()).id);
    const tree = await receivedTree(alice, id);
    const [deep, old] = [await tree.stat(["deep"]), await tree.stat(["old"])];
    await tree.write(["deep", "new.txt"], bytes("new"), { size: 3, ifAbsent: true });

    const late = tree.remove(["deep"], { ifMatch: deep.etag });

    await expect(late).rejects.toMatchObject({ code: "ETAG_MISMATCH" });
    await tree.remove(["old"], { ifMatch: old.etag });
    expect(await namesIn(tree)).toEqual(["deep", "hut.txt"]);
  });

  it("is a folder also for whoever opens it before anybody looked", async () => {
    await there.share(address, "Photos", memoryTree(FILES));
    const { id } = await acceptShare(alice, (await received()).id);

    expect(await namesIn(await receivedTree(alice, id))).toEqual(["deep", "hut.txt"]);
    expect(await received()).toMatchObject({ kind: "folder" });
  });

  it("may be one file, whose size is seen", async () => {
    await there.share(address, "hut.txt", memoryTree({ "": "A hut." }, { canWrite: false, rootName: "hut.txt" }));
    const { id } = await acceptShare(alice, (await received()).id);
    await measureReceivedShare({ siteId: alice.siteId, id });

    const [listed] = (await ownTree(alice).list([])).items;
    expect(listed).toMatchObject({ name: "hut.txt", kind: "file", size: 6, canWrite: false });
    expect(await contentOf(await receivedTree(alice, id), "/")).toBe("A hut.");
  });

  it("shows a change of what may be done with it when it is opened again", async () => {
    const { secret } = await there.share(address, "Photos", memoryTree(FILES));
    const { id } = await acceptShare(alice, (await received()).id);
    await receivedTree(alice, id);
    const before = (await received()).role;
    Object.assign(there.given.get(secret) ?? {}, { tree: memoryTree(FILES, { canWrite: false }) });
    await forgetLook();

    const writing = receivedTree(alice, id).then((tree) => tree.write(["x"], bytes("x"), { size: 1 }));

    await expect(writing).rejects.toMatchObject({ code: "READ_ONLY" });
    expect([before, (await received()).role]).toEqual(["editor", "viewer"]);
  });

  it.each([
    ["declined", () => received().then(({ id }) => declineShare(alice, id)), ["SHARE_DECLINED"]],
    [
      "given back",
      async () => {
        const { id } = await acceptShare(alice, (await received()).id);
        await deliverAll();
        await leaveShare(alice, id);
      },
      ["SHARE_ACCEPTED", "SHARE_DECLINED"],
    ],
  ])("can be %s, and the secret that says so is gone then", async (_name, answer, heard) => {
    const { secret } = await there.share(address, "Photos", memoryTree(FILES));

    await answer();
    await deliverAll();

    expect(answersTo(secret)).toEqual(heard);
    expect(await secretsAtRest()).toEqual([null]);
  });

  it("ends with the contact that its sender became", async () => {
    const { secret } = await there.share(address, "Photos", memoryTree(FILES));
    await acceptShare(alice, (await received()).id, { addContact: true });
    await deliverAll();
    const { id: contactId } = await db().contact.findFirstOrThrow();

    await removeContact(alice, contactId);
    await endSharesWithContact({ siteId: alice.siteId, contactId });
    await deliverAll();

    expect(answersTo(secret)).toEqual(["SHARE_ACCEPTED", "SHARE_DECLINED"]);
    expect(await secretsAtRest()).toEqual([null]);
    expect(await db().delivery.findMany({ where: { failure: { not: null } } })).toEqual([]);
  });

  it("can be taken back", async () => {
    const { secret } = await there.share(address, "Photos", memoryTree(FILES));
    await acceptShare(alice, (await received()).id);

    expect(await there.unshare(here.site.provider, secret)).toBe(201);

    expect(await received()).toMatchObject({ state: "revoked", path: null });
    expect(await secretsAtRest()).toEqual([null]);
  });
});

describe.each(Object.entries(INVITING_FAMILIES))("with %s", (_name, family) => {
  beforeEach(() => start(family));
  const contact = () => db().contact.findFirstOrThrow({ where: { userId: alice.userId } });

  it("an invite of theirs makes a contact, and both share until that is removed", async () => {
    await acceptInvite(alice, { token: there.invite(), provider: there.provider });
    const { id: contactId, identifier, ourIdentifier } = await contact();
    await makeFile(alice, "/Photos/hut.txt", "A hut.");
    const { id: nodeId } = await ownTree(alice).stat(["Photos"]);
    const recipient = { kind: "contact", id: contactId } as const;
    await sendShare(alice, { nodeId, recipient, role: "viewer", expiresAt: null, note: "" });
    await deliverAll();
    const shareWith = formatOcmAddress({ identifier: ourIdentifier, provider: here.site.provider });
    const { status, secret } = await there.share(shareWith, "Lakes", memoryTree({ "lake.txt": "A lake." }));
    const [received] = (await listReceivedShares(alice)).items;
    const [offered] = there.taken;
    const read = offered && (await there.open(offered, "hut.txt")).text;

    await removeContact(alice, contactId);
    await endSharesWithContact({ siteId: alice.siteId, contactId });
    await deliverAll();

    expect([identifier, status, read]).toEqual(["carol", 201, "A hut."]);
    expect(received).toMatchObject({ name: "Lakes", isFromContact: true, request: null });
    expect(there.taken).toMatchObject([{ isEnded: true }]);
    expect(there.given.get(secret)?.answers).toEqual(["SHARE_DECLINED"]);
  });

  it("an invite of ours is used by them where unsigned messages are taken, and not once they have signed anything", async () => {
    const { provider } = here.site;
    const inviteToken = async () => {
      const { id } = await createInvite(alice, { note: "" });
      const { tokenEncrypted } = await db().invite.findFirstOrThrow({ where: { id } });
      return decryptSecret("invite", tokenEncrypted ?? "");
    };
    const strictly = await there.accept(provider, await inviteToken());
    await db().provider.updateMany({ where: { provider: there.provider }, data: { acceptsUnsigned: true } });
    const loosely = await there.accept(provider, await inviteToken());
    const { displayName, ourIdentifier } = await contact();
    await there.share(formatOcmAddress({ identifier: ourIdentifier, provider }), "Lakes", memoryTree({}));
    const afterwards = await there.accept(provider, await inviteToken());

    expect([strictly, loosely, afterwards]).toEqual([401, 200, 401]);
    expect(displayName).toBe("Carol");
  });
});

describe.each(ALL)("what is shared with a $name", ({ family }) => {
  beforeEach(() => start(family));
  async function send(role: "viewer" | "editor" = "viewer", path = "Photos") {
    await makeFile(alice, "/Photos/hut.txt", "A hut.");
    const { id: nodeId } = await ownTree(alice).stat(path.split("/"));
    const recipient = { kind: "address", address: `bob@${there.provider}` } as const;
    const { id } = await sendShare(alice, { nodeId, recipient, role, expiresAt: null, note: "" });
    await deliverAll();
    const [offered] = there.taken;
    if (!offered) throw new Error("Nothing was offered.");
    return { id, offered };
  }
  const hrefs = (listing: string) => [...listing.matchAll(/<d:href>([^<]*)/g)].map(([, href]) => href);
  const write = (offered: Taken) => there.open(offered, "new.txt", { method: "PUT", body: "new" });

  it("is offered, accepted, listed and read", async () => {
    const { id, offered } = await send();
    const delivered = await getSentShare(alice, id);
    const accepted = await there.answer(offered, "SHARE_ACCEPTED");

    expect(offered).toMatchObject({ remote: here.site.provider, providerId: id, name: "Photos", isEnded: false });
    expect(delivered).toMatchObject({ state: "delivered", untold: null, recipientName: "Bob" });
    expect([accepted, (await getSentShare(alice, id)).state]).toEqual([201, "accepted"]);
    const listing = await there.open(offered, "", { method: "PROPFIND", depth: "1" });
    expect(hrefs(listing.text)).toEqual(["/dav/ocm/", "/dav/ocm/hut.txt"]);
    expect((await there.open(offered, "hut.txt")).text).toBe("A hut.");
    expect((await write(offered)).status).toBe(403);
  });

  it("comes with other keys too, once ours have changed", async () => {
    const { id } = await send();
    const pairs = await makeKeyPairs();
    await db().$transaction((tx) => stageKeys(tx, here.site.id, pairs, { isUrgent: true }));
    forgetKeys();

    await revokeShare(alice, id);
    await deliverAll();

    expect(there.taken).toMatchObject([{ isEnded: true }]);
  });

  it("may be one file", async () => {
    const { offered } = await send("viewer", "Photos/hut.txt");

    expect((await there.open(offered, "")).text).toBe("A hut.");
  });

  it("can be changed as soon as its role says so, and not any more when it does not", async () => {
    const { id, offered } = await send();
    const seen = async () =>
      (await there.open(offered, "", { method: "PROPFIND", depth: "0" })).text.match(/permissions>(\w+)/)?.[1];
    const before = await seen();

    await updateSentShare(alice, id, { role: "editor" });
    await deliverAll();

    expect([before, await seen(), (await write(offered)).status]).toEqual(["G", "GCK", 201]);
    expect(await contentOf(ownTree(alice), "/Photos/new.txt")).toBe("new");
    expect(await getSentShare(alice, id)).toMatchObject({ untold: null });
    await updateSentShare(alice, id, { role: "viewer" });
    expect((await write(offered)).status).toBe(403);
  });

  it("is taken back, which the secret proves that is gone then", async () => {
    const { id, offered } = await send();

    await revokeShare(alice, id);
    const opened = await there.open(offered, "hut.txt");
    await deliverAll();

    expect(opened.status).toBe(401);
    expect(there.taken).toMatchObject([{ isEnded: true }]);
    expect(await secretsAtRest()).toEqual([null]);
    expect(await db().delivery.findFirst()).toMatchObject({ failure: null, gaveUpAt: null });
  });

  it("is given back by whoever got it, and opens nothing more", async () => {
    const { id, offered } = await send();
    await there.answer(offered, "SHARE_ACCEPTED");

    const status = await there.answer(offered, "SHARE_DECLINED");

    expect([status, (await getSentShare(alice, id)).state]).toEqual([201, "left"]);
    expect((await there.open(offered, "hut.txt")).status).toBe(401);
  });

  it("is not answered by whoever does not know its secret", async () => {
    const { id, offered } = await send();

    const status = await there.answer({ ...offered, secret: "another" }, "SHARE_DECLINED");

    expect(status).toBe(family.signs ? 403 : 400);

    expect(await getSentShare(alice, id)).toMatchObject({ state: "delivered" });
  });
});
