import { afterEach, beforeEach, expect, it } from "vitest";
import { POST as drop } from "@/app/api/admin/deliveries/[id]/drop/route";
import { POST as retry } from "@/app/api/admin/deliveries/[id]/retry/route";
import { POST as retryAll } from "@/app/api/admin/deliveries/retry/route";
import { GET } from "@/app/api/admin/deliveries/route";
import { db } from "@/lib/core/db";
import { newId } from "@/lib/core/ids";
import type { UserPrincipal } from "@/lib/core/principal";
import { declineShare } from "@/lib/sharing/received/answer-share";
import { listReceivedShares } from "@/lib/sharing/received/received-shares";
import { revokeShare } from "@/lib/sharing/sent/end-sent-shares";
import { sendShare } from "@/lib/sharing/sent/send-share";
import { getSentShare } from "@/lib/sharing/sent/sent-shares";
import { befriend, type Cloud, deliverAll, makeFolder, noticesOf, startCloud } from "@/tests/clouds";
import { makeUser, requestOf } from "@/tests/make";
import type { DeliveryPage } from "./schema";

let hers: Cloud;
let his: Cloud;
let alice: UserPrincipal;
let bob: UserPrincipal;
let contactId: string;
beforeEach(async () => {
  [hers, his] = [await startCloud(), await startCloud()];
  alice = await makeUser({ site: hers.site, displayName: "Alice", isAdmin: true });
  bob = await makeUser({ site: his.site, displayName: "Bob", isAdmin: true });
  const [contact] = await befriend(alice, bob);
  contactId = contact.id;
});
afterEach(async () => {
  await Promise.all([hers.stop(), his.stop()]);
});

async function share(name: string) {
  const { id: nodeId } = await makeFolder(alice, name);
  const recipient = { kind: "contact" as const, id: contactId };
  return sendShare(alice, { nodeId, recipient, role: "viewer", expiresAt: null, note: "" });
}
async function list(admin: UserPrincipal, query = ""): Promise<DeliveryPage> {
  return (await GET(await requestOf(admin, `/api/admin/deliveries${query}`))).json();
}
/** The status, or the code of a refusal. */
async function act(admin: UserPrincipal, POST: typeof drop, id: string): Promise<number | string> {
  const request = await requestOf(admin, "/api/admin/deliveries", { method: "POST" });
  const response = await POST(request, { params: Promise.resolve({ id }) });
  return response.ok ? response.status : (await response.json()).code;
}
const audited = async () => {
  const where = { action: { startsWith: "deliver" } };
  return (await db().auditEntry.findMany({ where, orderBy: { at: "asc" } })).map(({ action }) => action);
};

it("shows what waits, what is tried again and what was given up, and between whom", async () => {
  const first = await share("Waiting");
  await deliverAll();
  await revokeShare(alice, first.id);
  his.setAway(true);
  await share("Away");
  await deliverAll();
  await share("New");
  const answers = await answersOfBob();

  const { counts, items } = await list(alice);

  expect(counts).toEqual({ waiting: 1, retrying: 2, "given-up": 0 });
  expect(items.map(({ what, state, person, other }) => ({ what, state, person, other }))).toEqual([
    { what: "end", state: "retrying", person: "Alice", other: "Bob" },
    { what: "offer", state: "retrying", person: "Alice", other: "Bob" },
    { what: "offer", state: "waiting", person: "Alice", other: "Bob" },
  ]);
  expect(items[0]).toMatchObject({ provider: his.site.provider, failure: expect.any(String), attempts: 1 });
  expect(JSON.stringify(items)).not.toContain("Away"); // files are nobody's business but their owner's
  expect(answers).toEqual([{ what: "answer", person: "Bob", other: "Alice" }]);
});

/** What Alice's cloud has not heard of his, who declines what he was offered. */
async function answersOfBob() {
  const [offer] = (await listReceivedShares(bob)).items;
  await declineShare(bob, offer?.id ?? "");
  return (await list(bob)).items.map(({ what, person, other }) => ({ what, person, other }));
}

it("comes in pages, by cloud, and is narrowed by state and cloud", async () => {
  for (const name of ["One", "Two", "Three"]) await share(name);
  const { siteId } = alice;
  const elsewhere = { siteId, provider: "a.example.org", subjectKind: "sent-share", subjectId: newId() };
  await db().delivery.create({ data: { ...elsewhere, failure: "Refused.", gaveUpAt: new Date() } });

  const first = await list(alice, "?limit=2");
  const second = await list(alice, `?limit=2&after=${encodeURIComponent(first.next ?? "")}`);

  expect([...first.items, ...second.items].map(({ provider, what }) => [provider, what])).toEqual([
    ["a.example.org", "other"],
    [his.site.provider, "offer"],
    [his.site.provider, "offer"],
    [his.site.provider, "offer"],
  ]);
  expect(second.next).toBe(null);
  expect((await list(alice, "?state=given-up")).items).toHaveLength(1);
  expect((await list(alice, "?search=EXAMPLE.org")).items).toHaveLength(1);
  expect((await list(bob)).items).toEqual([]);
});

it("is tried again by hand, one or all of a cloud", async () => {
  his.setAway(true);
  const { id: shareId } = await share("One");
  await share("Two");
  await deliverAll();
  const [one] = (await list(alice)).items;
  const status = await act(alice, retry, one?.id ?? "");
  const isOpen = await db().breaker.count({ where: { openUntil: { gt: new Date() } } });
  his.setAway(false);

  const body = { provider: his.site.provider };
  const answer = await retryAll(await requestOf(alice, "/api/admin/deliveries/retry", { method: "POST", body }));
  await deliverAll();

  expect([status, isOpen]).toEqual([204, 0]);
  expect(await answer.json()).toEqual({ count: 2 });
  expect((await getSentShare(alice, shareId)).state).toBe("delivered");
  expect((await list(alice)).items).toEqual([]);
  expect(await audited()).toEqual(["delivery-retried", "deliveries-retried"]);
});

it("rests while its cloud is left alone", async () => {
  his.setAway(true);
  for (const name of ["One", "Two", "Three"]) await share(name);
  const before = (await list(alice)).items.map(({ restsUntil }) => restsUntil);

  await deliverAll();

  expect(before).toEqual([null, null, null]);
  const { openUntil } = await db().breaker.findFirstOrThrow();
  const until = openUntil?.toISOString();
  const { items, counts } = await list(alice);
  expect(items.map(({ restsUntil }) => restsUntil)).toEqual([until, until, until]);
  const { id } = await share("Four");
  const four = (await list(alice)).items.at(-1);
  expect([counts.retrying, counts.waiting]).toEqual([3, 0]);
  expect(four).toMatchObject({ state: "retrying", attempts: 0, nextAttemptAt: until, failure: expect.any(String) });
  expect((await getSentShare(alice, id)).untold).toEqual({ hasGivenUp: false, failure: four?.failure });
});

it("is dropped: not tried any more, told to whom it concerns, and can be tried again", async () => {
  his.setAway(true);
  const { id: shareId } = await share("One");
  await deliverAll();
  const [row] = (await list(alice)).items;
  const dropped = await act(alice, drop, row?.id ?? "");
  const again = await act(alice, drop, row?.id ?? "");
  his.setAway(false);
  await deliverAll();
  const between = await getSentShare(alice, shareId);

  const retried = await act(alice, retry, row?.id ?? "");
  await deliverAll();

  expect([dropped, again, retried]).toEqual([204, "DELIVERY_OVER", 204]);
  expect(between).toMatchObject({ state: "failed", untold: { failure: expect.stringContaining("administrator") } });
  expect(await noticesOf(alice)).toEqual(["share-failed"]);
  expect((await getSentShare(alice, shareId)).state).toBe("delivered");
  expect(await audited()).toEqual(["delivery-dropped", "delivery-retried"]);
});

it("tells whoever answered that the answer was dropped, and nobody of what nobody waits for", async () => {
  await share("One");
  await deliverAll();
  const [offer] = (await listReceivedShares(bob)).items;
  await declineShare(bob, offer?.id ?? "");
  const [answer] = (await list(bob)).items;
  const { id } = await share("Never heard of");
  await revokeShare(alice, id);
  const [end] = (await list(alice)).items;

  await act(bob, drop, answer?.id ?? "");
  await act(alice, drop, end?.id ?? "");

  expect(await noticesOf(bob)).toEqual(["share-offered", "share-untold"]);
  expect(await noticesOf(alice)).toEqual([]);
});

it("of another site is not there", async () => {
  await share("One");
  const [row] = (await list(alice)).items;

  expect(await act(bob, drop, row?.id ?? "")).toBe("DELIVERY_NOT_FOUND");
  expect(await act(bob, retry, "no-such-id")).toBe("DELIVERY_NOT_FOUND");
  expect((await list(alice)).counts).toEqual({ waiting: 1, retrying: 0, "given-up": 0 });
});
