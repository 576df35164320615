import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { POST as tryOut } from "@/app/api/admin/dry-run/route";
import { dryRun } from "@/lib/admin/dry-run";
import { changePolicies, viewPolicies } from "@/lib/admin/policies";
import { createInvite, listInvites } from "@/lib/contacts/invites";
import { db } from "@/lib/core/db";
import { newId } from "@/lib/core/ids";
import type { UserPrincipal } from "@/lib/core/principal";
import { createGroup, setMember } from "@/lib/identity/change-groups";
import { SUSPENDED } from "@/lib/sharing/internal/other-cloud";
import { cutForbiddenShares } from "@/lib/sharing/sent/cut-shares";
import { sendShare } from "@/lib/sharing/sent/send-share";
import { updateSentShare } from "@/lib/sharing/sent/update-sent-share";
import type { UpdateSitePolicies } from "@/lib/sites/schema";
import { addProvider, setStanding } from "@/lib/trust/providers";
import { befriend, makeFolder, noticesOf } from "@/tests/clouds";
import { makeUser, requestOf } from "@/tests/make";

const DAY = 86_400_000;
let admin: UserPrincipal;
let alice: UserPrincipal;
let bob: UserPrincipal;
let carol: UserPrincipal;

// Alice and Carol are of one cloud, Bob is of another; both have him as a contact.
beforeEach(async () => {
  admin = await makeUser({ displayName: "Admin", isAdmin: true });
  const { siteId } = admin;
  const site = await db().site.findUniqueOrThrow({ where: { id: siteId } });
  alice = await makeUser({ site, displayName: "Alice" });
  carol = await makeUser({ site, displayName: "Carol" });
  bob = await makeUser({ displayName: "Bob" });
});

async function share(sender: UserPrincipal, name: string, expiresAt: Date | null = null) {
  const [contact] = await befriend(sender, bob);
  const { id: nodeId } = await makeFolder(sender, name);
  const recipient = { kind: "contact", id: contact.id } as const;
  return sendShare(sender, {
    nodeId,
    recipient,
    role: "viewer",
    expiresAt: expiresAt?.toISOString() ?? null,
    note: "",
  });
}
const toAddress = async (sender: UserPrincipal) => {
  const { id: nodeId } = await makeFolder(sender, "Typed");
  const recipient = { kind: "address", address: "eve@elsewhere.example.org" } as const;
  return sendShare(sender, { nodeId, recipient, role: "viewer", expiresAt: null, note: "" });
};
/** What a change of the policies was said to do, and what it then did. */
async function compare(change: UpdateSitePolicies) {
  const said = await dryRun(admin, { policies: change });
  const stood = await standing();
  await changePolicies(admin, change);
  await cutForbiddenShares({ siteId: admin.siteId });
  const stands = await standing();
  const isShorter = ([id, until]: [string, number]) => stands.shares.has(id) && (stands.shares.get(id) ?? 0) < until;
  const did = {
    sharesEnd: [...stood.shares].filter(([id]) => !stands.shares.has(id)).length,
    sharesShortened: [...stood.shares].filter(isShorter).length,
    invitesRevoked: stood.invites - stands.invites,
  };
  return { said, did };
}
async function standing() {
  const { siteId } = admin;
  const shares = await db().sentShare.findMany({ where: { siteId, revokedAt: null } });
  const until = shares.map(({ id, expiresAt }) => [id, expiresAt?.getTime() ?? Number.POSITIVE_INFINITY] as const);
  const invites = await db().invite.count({ where: { siteId, tokenHash: { not: null } } });
  return { shares: new Map<string, number>(until), invites };
}
const countsOf = ({ said }: Awaited<ReturnType<typeof compare>>) => ({
  sharesEnd: said.sharesEnd.count,
  sharesShortened: said.sharesShortened.count,
  invitesRevoked: said.invitesRevoked.count,
});

describe("what a change of the policies is said to cut", () => {
  it("is what it cuts: when nobody may share and invite any more", async () => {
    await Promise.all([share(alice, "One"), share(carol, "Two"), toAddress(alice)]);
    await createInvite(alice, { note: "" });

    const { said, did } = await compare({ whoShares: "nobody", whoInvites: "nobody" });

    expect(did).toEqual({ sharesEnd: 3, sharesShortened: 0, invitesRevoked: 1 });
    expect(countsOf({ said, did })).toEqual(did);
    expect([...said.sharesEnd.names].sort()).toEqual(["Bob", "Bob", "eve@elsewhere.example.org"]);
    expect(said.invitesRevoked.names).toEqual(["Alice"]);
    expect((await listInvites(alice)).items).toMatchObject([{ state: "revoked" }]);
    expect(await noticesOf(carol)).toEqual(["shares-cut"]);
    expect(await db().contact.count({ where: { siteId: admin.siteId, removedAt: null } })).toBe(2);
    expect(await db().auditEntry.findFirst({ where: { action: "shares-cut" } })).toMatchObject({
      detail: { ended: 3 },
    });
  });

  it("spares the members of chosen groups, and counts only the rest", async () => {
    const { siteId } = admin;
    const group = await db().$transaction(async (tx) => {
      const made = await createGroup(tx, siteId, "Editors");
      await setMember(tx, { siteId, groupId: made.id }, alice.userId, true);
      return made;
    });
    await Promise.all([share(alice, "One"), share(carol, "Two")]);
    await Promise.all([createInvite(alice, { note: "" }), createInvite(carol, { note: "" })]);
    const chosen = { sharingGroups: [group.id], invitingGroups: [group.id] };

    const compared = await compare({ whoShares: "members", whoInvites: "members", ...chosen });

    expect(compared.did).toEqual({ sharesEnd: 1, sharesShortened: 0, invitesRevoked: 1 });
    expect(countsOf(compared)).toEqual(compared.did);
    expect(await viewPolicies(siteId)).toMatchObject(chosen);
    await expect(createInvite(carol, { note: "" })).rejects.toMatchObject({ code: "INVITING_NOT_ALLOWED" });
    await expect(toAddress(carol)).rejects.toMatchObject({ code: "SHARING_OUTSIDE_NOT_ALLOWED" });
    await expect(toAddress(alice)).resolves.toMatchObject({ state: "queued" });
    await expect(createInvite(alice, { note: "" })).resolves.toMatchObject({ state: "waiting" });
  });

  it("shortens what lasts longer than allowed, and leaves what ends before", async () => {
    const soon = await share(alice, "Soon", new Date(Date.now() + DAY));
    const late = await share(alice, "Late", new Date(Date.now() + 90 * DAY));
    const never = await share(carol, "Never");

    const compared = await compare({ longestShareDays: 30 });

    expect(compared.did).toEqual({ sharesEnd: 0, sharesShortened: 2, invitesRevoked: 0 });
    expect(countsOf(compared)).toEqual(compared.did);
    const { shares } = await standing();
    expect(shares.get(soon.id)).toBe(Date.parse(soon.expiresAt ?? ""));
    expect(shares.get(late.id)).toBeLessThan(Date.now() + 31 * DAY);
    expect(shares.get(never.id)).toBeLessThan(Date.now() + 31 * DAY);
    const again = await dryRun(admin, { policies: { longestShareDays: 30 } });
    expect(again.sharesShortened).toEqual({ count: 0, names: [] });
  });

  it("leaves what was begun with a typed address, with strangers or beyond a limit, and allows no more of it", async () => {
    await toAddress(alice);
    await createInvite(alice, { note: "" });
    const change = { allowsAddresses: false, takesStrangers: false, mostInvites: 1, inviteLifetimeDays: 1 };

    const compared = await compare(change);

    expect(compared.did).toEqual({ sharesEnd: 0, sharesShortened: 0, invitesRevoked: 0 });
    expect(countsOf(compared)).toEqual(compared.did);
    await expect(toAddress(carol)).rejects.toMatchObject({ code: "ADDRESSES_NOT_ALLOWED" });
    const two = await Promise.allSettled([createInvite(carol, { note: "" }), createInvite(carol, { note: "" })]);
    expect(two.flatMap((one) => (one.status === "rejected" ? [one.reason.code] : []))).toEqual(["TOO_MANY_INVITES"]);
  });

  it("cuts what was shared at the same moment, or lets it not begin", async () => {
    const [contact] = await befriend(alice, bob);
    const nodes = await Promise.all(["A", "B", "C", "D"].map((name) => makeFolder(alice, name)));
    const send = (nodeId: string) =>
      sendShare(alice, {
        nodeId,
        recipient: { kind: "contact", id: contact.id },
        role: "viewer",
        expiresAt: null,
        note: "",
      });

    await Promise.allSettled([
      ...nodes.map(({ id }) => send(id)),
      changePolicies(admin, { whoShares: "nobody" }).then(() => cutForbiddenShares({ siteId: admin.siteId })),
    ]);

    expect((await standing()).shares.size).toBe(0);
  });

  it("changes nothing by itself", async () => {
    await share(alice, "One");
    const before = await viewPolicies(admin.siteId);

    const answer = await tryOut(
      await requestOf(admin, "/api/admin/dry-run", {
        method: "POST",
        body: { policies: { whoShares: "nobody", longestShareDays: 1 } },
      }),
    );

    expect(await answer.json()).toMatchObject({ sharesEnd: { count: 1, names: ["Bob"] } });
    expect(await viewPolicies(admin.siteId)).toEqual(before);
    expect((await standing()).shares.size).toBe(1);
    expect(await noticesOf(alice)).toEqual([]);
  });
});

describe("how long a share with another cloud lasts", () => {
  it("ends on the last day that is allowed unless an earlier one is chosen, and not later", async () => {
    await changePolicies(admin, { longestShareDays: 7 });

    const { expiresAt } = await share(alice, "Never");
    const long = share(carol, "Long", new Date(Date.now() + 20 * DAY));

    expect(Date.parse(expiresAt ?? "")).toBeLessThanOrEqual(Date.now() + 7 * DAY);
    await expect(long).rejects.toMatchObject({ code: "EXPIRY_TOO_LATE" });
    const { id } = await share(carol, "Short", new Date(Date.now() + DAY));
    const later = updateSentShare(carol, id, { expiresAt: new Date(Date.now() + 20 * DAY).toISOString() });
    await expect(later).rejects.toMatchObject({ code: "EXPIRY_TOO_LATE" });
    const endless = await updateSentShare(carol, id, { expiresAt: null });
    expect(endless.expiresAt).not.toBeNull();
  });
});

describe("what a decision on other clouds is said to let rest", () => {
  const restingNow = async () => {
    const { siteId } = admin;
    const tables = (table: string) => `
      SELECT count(*)::int AS count FROM "${table}" share JOIN "Site" site ON site.id = share."siteId"
        LEFT JOIN "Provider" peer ON peer."siteId" = share."siteId" AND peer.provider = share.provider
       WHERE share."siteId" = '${siteId}' AND ${SUSPENDED}`;
    const [contacts] = await db().$queryRawUnsafe<{ count: number }[]>(tables("Contact"));
    const [shares] = await db().$queryRawUnsafe<{ count: number }[]>(tables("SentShare"));
    return { contacts: contacts?.count, shares: shares?.count };
  };
  let provider: string;
  beforeEach(async () => {
    provider = (await db().site.findUniqueOrThrow({ where: { id: bob.siteId } })).provider;
    await share(alice, "One");
    await toAddress(alice);
  });
  afterEach(async () => {
    await changePolicies(admin, { providerRule: "unblocked" });
  });

  it("is what rests once only listed clouds are let in", async () => {
    const said = await dryRun(admin, { policies: { providerRule: "listed" } });
    expect(await restingNow()).toEqual({ contacts: 0, shares: 0 });

    await changePolicies(admin, { providerRule: "listed" });

    expect(await restingNow()).toEqual({ contacts: said.contactsRest.count, shares: said.sharesRest.count });
    expect(said).toMatchObject({ contactsRest: { count: 1, names: ["Bob"] }, sharesRest: { count: 2 } });
  });

  describe("what lies at a host that is named for a cloud", () => {
    const at = (host: string) => `https://${host}/dav/s1`;
    const receive = async (webdavUri: string, changes: object = {}) => {
      const who = { sender: "x@y", owner: "x@y", shareWith: "a@b", senderName: "Bob", name: "Huts" };
      const what = { resourceType: "folder", role: "viewer", state: "accepted", providerId: webdavUri } as const;
      const { siteId, userId: receiverId } = alice;
      const data = { siteId, id: newId(), receiverId, provider, webdavUri, ...who, ...what, ...changes };
      await db().receivedShare.create({ data });
    };
    const restsWith = async (decision: object, domain = provider) =>
      (await dryRun(admin, { provider: { domain, ...decision } })).sharesRest;
    beforeEach(async () => {
      const webdavHosts = ["files.example.org", "more.example.org"];
      await db().provider.create({ data: { siteId: admin.siteId, provider, webdavHosts } });
      await receive(at("files.example.org"));
      await receive(at("FILES.example.org:443/"), { state: "pending", senderName: "Dave" });
      await receive(at("files.example.org/left"), { state: "left" });
      await receive(at("more.example.org"));
      await receive("s2");
      await receive(at("files.example.org/other"), { provider: "other.example.org" });
    });

    it("rests once that name is taken back, and only that", async () => {
      expect(await restsWith({ webdavHosts: ["more.example.org"] })).toEqual({
        count: 2,
        names: expect.arrayContaining(["Bob", "Dave"]),
      });
      expect(await restsWith({ webdavHosts: [] })).toMatchObject({ count: 3 });
      await db().provider.updateMany({ data: { webdavHosts: [provider, "files.example.org"] } });
      await receive(at(provider)); // its own host, where it may lie all the same
      expect(await restsWith({ webdavHosts: ["files.example.org"] })).toMatchObject({ count: 0 });
      expect(await restsWith({ webdavHosts: ["More.example.org", "files.example.org"] })).toMatchObject({ count: 0 });
      await expect(restsWith({ webdavHosts: ["no host/"] })).rejects.toMatchObject({ code: "WEBDAV_HOST_INVALID" });
    });

    it("rests once that host is blocked as a cloud", async () => {
      expect(await restsWith({ standing: "blocked" }, "files.example.org")).toMatchObject({ count: 2 });
      expect(await restsWith({ standing: "unlisted" }, "files.example.org")).toMatchObject({ count: 0 });
    });
  });

  describe("where a cloud may live", () => {
    const none = { count: 0, names: [] };
    const one = { count: 1, names: ["Bob"] };
    const saidOf = (becomes: object) => dryRun(admin, { provider: { domain: provider, ...becomes } });
    beforeEach(async () => {
      await db().provider.create({ data: { siteId: admin.siteId, provider, privateNetwork: "10.1.2.0/24" } });
    });

    it.each([
      ["none", null, one],
      ["another", "10.9.0.0/16", one],
      ["a part of it", "10.1.2.0/25", one],
      ["a wider one", "10.1.0.0/16", none],
      ["the same", "10.1.2.7/24", none],
      ["nonsense, which is refused", "10.1.2.0/240", none],
    ])(
      "is all that is with it, if it is there alone: once its private network is %s",
      async (_name, privateNetwork, cutOff) => {
        const rest = { contactsRest: none, sharesRest: none };
        expect(await saidOf({ privateNetwork })).toMatchObject({
          ...rest,
          contactsCutOff: cutOff,
          sharesCutOff: cutOff,
        });
      },
    );

    it("is counted once where it rests anyway, and not where no network was allowed", async () => {
      const blocked = { contactsRest: one, sharesRest: one, contactsCutOff: none, sharesCutOff: none };
      expect(await saidOf({ privateNetwork: null, standing: "blocked" })).toMatchObject(blocked);
      await db().provider.updateMany({ data: { privateNetwork: null } });
      expect(await saidOf({ privateNetwork: null })).toMatchObject({ contactsCutOff: none, sharesCutOff: none });
    });
  });

  it("is what rests once a cloud is blocked, and with it those that the rule left in till then", async () => {
    await addProvider(admin, { domain: "elsewhere.example.org", standing: "blocked" });
    await changePolicies(admin, { providerRule: "anyone" });
    await db().provider.create({ data: { siteId: admin.siteId, provider } });
    const said = await dryRun(admin, { provider: { domain: provider, standing: "blocked" } });

    await setStanding(admin, provider, "blocked");

    expect(await restingNow()).toEqual({ contacts: said.contactsRest.count, shares: said.sharesRest.count });
    expect(said).toMatchObject({ contactsRest: { count: 1 }, sharesRest: { count: 2 } });
    const again = await dryRun(admin, { provider: { domain: provider, standing: "blocked" } });
    expect(again.sharesRest.count).toBe(0);
  });
});
