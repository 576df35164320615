import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { GET as exportGET } from "@/app/api/admin/audit/export/route";
import { GET as providersGET } from "@/app/api/admin/audit/providers/route";
import { GET } from "@/app/api/admin/audit/route";
import { recordAudit } from "@/lib/audit/record";
import { db, pool } from "@/lib/core/db";
import { newId } from "@/lib/core/ids";
import type { UserPrincipal } from "@/lib/core/principal";
import { acceptShare } from "@/lib/sharing/received/answer-share";
import { listReceivedShares } from "@/lib/sharing/received/received-shares";
import { endReshare, reshare } from "@/lib/sharing/received/reshares";
import { sendShare } from "@/lib/sharing/sent/send-share";
import { setStanding } from "@/lib/trust/providers";
import { befriend, type Cloud, deliverAll, makeFolder, startCloud } from "@/tests/clouds";
import { makeUser, requestOf } from "@/tests/make";
import type { AuditPage, AuditView } from "./schema";

let clouds: Cloud[] = [];
let alice: UserPrincipal;
beforeEach(async () => {
  alice = await makeUser({ displayName: "Alice", isAdmin: true });
});
afterEach(async () => {
  await Promise.all(clouds.splice(0).map((cloud) => cloud.stop()));
});

async function list(admin: UserPrincipal, query: Record<string, string> = {}): Promise<AuditPage> {
  return (await GET(await requestOf(admin, `/api/admin/audit?${new URLSearchParams(query)}`))).json();
}
const record = (action: string, subject = "cloud.example.org", actor = "system", detail = {}) =>
  db().$transaction((tx) => recordAudit(tx, alice.siteId, { action, subject, actor, detail }));
const actionsIn = ({ items }: { items: AuditView[] }) => items.map(({ action }) => action);

/** Alice, who administers one cloud, shares something with Bob on another, who accepts; and lists his cloud. */
async function shareBetween({ canReshare = false } = {}) {
  const [hers, his] = [await startCloud(), await startCloud()];
  clouds = [hers, his];
  alice = await makeUser({ site: hers.site, displayName: "Alice", isAdmin: true });
  const bob = await makeUser({ site: his.site, displayName: "Bob", isAdmin: true });
  const [contact] = await befriend(alice, bob);
  const { id: nodeId } = await makeFolder(alice, "Photos");
  const recipient = { kind: "contact" as const, id: contact.id };
  await sendShare(alice, { nodeId, recipient, role: "viewer", canReshare, expiresAt: null, note: "" });
  await deliverAll();
  await acceptShare(bob, (await listReceivedShares(bob)).items[0]?.id ?? "");
  await deliverAll();
  await setStanding(alice, his.site.provider, "listed");
  return { hers, his, bob, contact };
}

it("names people and clouds, newest first, and nothing of other sites", async () => {
  const { hers, his, bob } = await shareBetween();

  const [listed, accepted, sent, created] = (await list(alice)).items;
  const [taken] = (await list(bob)).items;

  const provider = his.site.provider;
  const person = { kind: "person", name: "Alice" };
  const share = { kind: "sent-share", name: "Bob", provider };
  expect(listed).toMatchObject({ action: "provider-listed", actor: person, subject: { kind: "provider", provider } });
  expect(accepted).toMatchObject({
    action: "share-accepted",
    actor: { kind: "provider", name: provider },
    subject: share,
  });
  expect(sent).toMatchObject({ action: "share-sent", actor: person, subject: share, detail: { role: "viewer" } });
  expect(created).toMatchObject({
    actor: { kind: "other", name: "operator" },
    subject: { kind: "user", name: "Alice" },
  });
  expect(taken).toMatchObject({
    action: "received-share-accepted",
    subject: { kind: "received-share", name: "Alice", provider: hers.site.provider },
  });
});

it("comes in pages", async () => {
  for (const action of ["one", "two", "three"]) await record(action);

  const first = await list(alice, { limit: "2" });
  const second = await list(alice, { limit: "2", after: first.next ?? "" });

  expect(actionsIn(first)).toEqual(["three", "two"]);
  expect(actionsIn(second)).toEqual(["one", "person-created"]);
  expect(second.next).toBe(null);
});

it("is narrowed by what was done, by whom, by any word, and by days", async () => {
  await record("share-accepted", `sent-share:${newId()}`, "provider:cloud.example.org");
  await record("provider-blocked", "nasty.example.org", `user:${alice.userId}`);
  await record("policies-changed", `site:${alice.siteId}`, `user:${alice.userId}`, { defaultQuota: 12345 });
  const { siteId } = alice;
  const longAgo = { siteId, id: newId(Date.UTC(2020, 4, 2)), at: new Date(Date.UTC(2020, 4, 2)) };
  await db().auditEntry.create({ data: { ...longAgo, actor: "system", action: "tidied", subject: "x" } });

  const found = async (query: Record<string, string>) => actionsIn(await list(alice, query));

  expect((await list(alice)).actions).toEqual([
    "person-created",
    "policies-changed",
    "provider-blocked",
    "share-accepted",
    "tidied",
  ]);
  expect(await found({ action: "provider-blocked" })).toEqual(["provider-blocked"]);
  expect(await found({ actor: "aLiCe" })).toEqual(["policies-changed", "provider-blocked"]);
  expect(await found({ actor: "cloud.example" })).toEqual(["share-accepted"]);
  expect(await found({ search: "NASTY" })).toEqual(["provider-blocked"]);
  expect(await found({ search: "12345" })).toEqual(["policies-changed"]);
  expect(await found({ search: "100%_" })).toEqual([]);
  expect(await found({ from: "2020-05-02T00:00:00Z", until: "2020-05-03T00:00:00Z" })).toEqual(["tidied"]);
  expect(await found({ until: "2020-05-02T00:00:00Z" })).toEqual([]);
});

it("is exported whole, as CSV and as lines of JSON", async () => {
  const { siteId } = alice;
  const rows = Array.from({ length: 1_200 }, (_, n) => ({
    siteId,
    actor: "system",
    action: "counted",
    subject: `${n}`,
  }));
  await db().auditEntry.createMany({ data: rows });
  const download = async (query: string) => exportGET(await requestOf(alice, `/api/admin/audit/export?${query}`));

  const csv = await download("format=csv&action=counted");
  const json = await download("format=jsonl&action=counted");

  const lines = (await json.text()).trim().split("\n");
  expect(csv.headers.get("content-disposition")).toBe('attachment; filename="audit-trail.csv"');
  expect((await csv.text()).trim().split("\r\n")).toHaveLength(1_201);
  expect(new Set(lines.map((line): string => JSON.parse(line).subject.provider)).size).toBe(1_200);
});

it("is for administrators only", async () => {
  const { id } = await db().site.findFirstOrThrow();
  const site = await db().site.findUniqueOrThrow({ where: { id } });
  const bob = await makeUser({ site });

  const answers = [
    await GET(await requestOf(bob, "/api/admin/audit")),
    await exportGET(await requestOf(bob, "/api/admin/audit/export?format=csv")),
    await providersGET(await requestOf(bob, "/api/admin/audit/providers")),
  ];

  expect(answers.map(({ status }) => status)).toEqual([403, 403, 403]);
});

it("is narrowed to what another cloud did and what was done to it, and exported so", async () => {
  const { his, contact } = await shareBetween();
  const { provider } = his.site;
  await record("contact-changed", `contact:${contact.id}`, `user:${alice.userId}`);
  await record("providers-imported", `site:${alice.siteId}`, `user:${alice.userId}`, { providers: [provider] });
  await record("delivery-dropped", `reshare:${newId()}`, `user:${alice.userId}`, { provider });
  await record("provider-blocked", `${provider}.evil.example`);
  await record("share-accepted", `sent-share:${newId()}`, `provider:x${provider}`);

  const all = ["delivery-dropped", "providers-imported", "contact-changed", "provider-listed", "share-accepted"];
  expect(actionsIn(await list(alice, { provider }))).toEqual([...all, "share-sent"]);
  expect(actionsIn(await list(alice, { provider: ` HTTPS://${provider.toUpperCase()}/ ` }))).toHaveLength(6);
  expect(actionsIn(await list(alice, { provider, actor: "alice", action: "share-sent" }))).toEqual(["share-sent"]);
  expect(actionsIn(await list(alice, { provider: "no cloud" }))).toEqual([]);
  const csv = await exportGET(await requestOf(alice, `/api/admin/audit/export?format=csv&provider=${provider}`));
  expect((await csv.text()).trim().split("\r\n")).toHaveLength(7);
});

it("is narrowed to a cloud also by what that got by way of another, which both stand in it", async () => {
  const { hers, his, bob } = await shareBetween({ canReshare: true });
  const third = await startCloud();
  clouds.push(third);
  const carol = await makeUser({ site: third.site, userName: "carol" });
  const { identifier } = await db().user.findFirstOrThrow({ where: { id: carol.userId } });
  const address = `${identifier}@${third.site.provider}`;
  const [received] = (await listReceivedShares(bob)).items;
  const recipient = { kind: "address", address } as const;
  const { id: reshareId } = await reshare(bob, received?.id ?? "", { recipient, role: "viewer" });
  await deliverAll();
  await endReshare(bob, { receivedShareId: received?.id ?? "", reshareId });
  await deliverAll();

  const [ended, made, ...others] = (await list(alice, { provider: third.site.provider })).items;

  const both = {
    actor: { kind: "provider", name: his.site.provider },
    subject: { kind: "sent-share", provider: third.site.provider },
  };
  expect([ended, made]).toMatchObject([
    { action: "reshare-ended", ...both },
    { action: "share-reshared", ...both, detail: { shareWith: address } },
  ]);
  expect(others).toEqual([]);
  const asked = (await list(bob, { provider: third.site.provider })).items;
  expect(asked).toMatchObject([
    { action: "reshare-ended", subject: { kind: "received-share", provider: hers.site.provider } },
    { action: "reshare-asked", subject: { kind: "received-share", provider: hers.site.provider } },
  ]);
});

it("finds what a cloud got by way of others in the index, however much they shared on", async () => {
  const { siteId } = alice;
  const shareWith = (n: number) => `p${n}@${n === 0 ? "third" : `cloud${n % 7}`}.example.org`;
  await db().auditEntry.createMany({
    data: Array.from({ length: 5_000 }, (_, n) => ({
      ...{ siteId, actor: "provider:cloud.example.org", action: "share-reshared", subject: `sent-share:${newId()}` },
      detail: { shareWith: shareWith(n) },
    })),
  });
  await pool().query(`VACUUM ANALYZE "AuditEntry"`);
  const query = vi.spyOn(pool(), "query"); // looks on; the statement runs

  const found = await list(alice, { provider: "third.example.org" });

  const [sql, values] =
    (query.mock.calls as unknown[][]).find(([text]) => String(text).includes("WITH concerned")) ?? [];
  query.mockRestore();
  const plan = await pool().query(`EXPLAIN ${sql}`, values as unknown[]);
  expect(found.items).toMatchObject([{ action: "share-reshared", detail: { shareWith: "p0@third.example.org" } }]);
  expect(JSON.stringify(plan.rows)).toContain("AuditEntry_resharedTo");
});

it("offers the clouds that were heard of, also such as were removed since", async () => {
  await record("share-accepted", `sent-share:${newId()}`, "provider:gone.example.org");
  await record("provider-blocked", "blocked.example.net", `user:${alice.userId}`);
  const { siteId } = alice;
  await db().provider.createMany({
    data: ["present.example.org", "gone.example.org"].map((provider) => ({ siteId, provider })),
  });
  await record("share-declined", `sent-share:${newId()}`, "provider:gone.example.org");
  await db().provider.deleteMany({ where: { provider: "gone.example.org" } });

  const offered = async (search: string) =>
    (await providersGET(await requestOf(alice, `/api/admin/audit/providers?search=${search}`))).json();

  expect(await offered("")).toEqual({ items: ["gone.example.org", "present.example.org"] });
  expect(await offered("GONE")).toEqual({ items: ["gone.example.org"] });
});
