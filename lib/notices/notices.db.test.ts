import { expect, it, vi } from "vitest";
import { db, pool } from "@/lib/core/db";
import { newId } from "@/lib/core/ids";
import { listenAs } from "@/tests/live";
import { makeSite, makeUser } from "@/tests/make";
import { stopLive, subscribeLive } from "./live";
import { listNotices, markNoticesRead, notify, sweepNotices } from "./notices";
import { LiveTopic } from "./schema";

const about = { name: "Bob", provider: "cloud.example.org" };
const tell = ({ siteId, userId }: { siteId: string; userId: string }) =>
  db().$transaction((tx) => notify(tx, siteId, userId, "contact-removed", about));

it("tells a person, and the open pages of that person only", async () => {
  const site = await makeSite();
  const [alice, bob] = [await makeUser({ site }), await makeUser({ site })];
  const [alices, bobs] = [await listenAs(alice), await listenAs(bob)];

  await tell(alice);

  await vi.waitFor(() => expect(alices).toContain("notices"));
  expect(bobs).toEqual([]);
  expect(await listNotices(alice)).toMatchObject({
    unread: 1,
    items: [{ kind: "contact-removed", about, readAt: null }],
  });
  expect((await listNotices(bob)).items).toEqual([]);
});

it("tells nobody of what was rolled back", async () => {
  const alice = await makeUser();
  const heard = await listenAs(alice);

  const failing = db().$transaction(async (tx) => {
    await notify(tx, alice.siteId, alice.userId, "contact-removed", about);
    throw new Error("rolled back");
  });
  await expect(failing).rejects.toThrow("rolled back");
  await tell(alice);

  await vi.waitFor(() => expect(heard).toEqual(["notices"]));
  expect((await listNotices(alice)).unread).toBe(1);
});

it("tells every topic once it hears, of what was said between an open page and that", async () => {
  const alice = await makeUser();
  await stopLive();
  const heard: LiveTopic[] = [];

  subscribeLive(alice.siteId, alice.userId, (topic) => heard.push(topic));

  await vi.waitFor(() => expect(heard).toEqual(LiveTopic.options), 5_000);
});

it("tells every topic anew after the connection was lost", async () => {
  const alice = await makeUser();
  const heard = await listenAs(alice);

  await pool().query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = current_database() AND application_name = 'tessera live'`,
  );

  await vi.waitFor(() => expect(heard).toEqual(expect.arrayContaining(["notices", "files", "account"])), 5_000);
  heard.length = 0;
  await tell(alice);
  await vi.waitFor(() => expect(heard).toContain("notices"), 5_000);
});

it("gives the newest first, page by page, and marks as read", async () => {
  const alice = await makeUser();
  for (let n = 0; n < 3; n++) await tell(alice);

  const first = await listNotices(alice, { limit: 2 });
  const second = await listNotices(alice, { limit: 2, after: first.next ?? "" });
  await markNoticesRead(alice, [first.items[0]?.id ?? ""]);

  expect([first.items.length, second.items.length, second.next]).toEqual([2, 1, null]);
  expect((await listNotices(alice)).unread).toBe(2);
  await markNoticesRead(alice);
  expect((await listNotices(alice)).unread).toBe(0);
});

it("keeps one unread notice of the same news about a share, the last", async () => {
  const { siteId, userId } = await makeUser();
  const alice = { siteId, userId };
  const shared = (shareId: string, resource: string) => ({ shareId, resource, ...about });
  const change = (shareId: string, resource: string) =>
    db().$transaction((tx) => notify(tx, siteId, userId, "share-changed", shared(shareId, resource)));
  const known = async () =>
    (await db().notice.findMany({ where: alice }))
      .map(({ kind, about }) => `${kind} ${(about as { resource?: string }).resource}`)
      .sort();

  await change("one", "first");
  await db().$transaction((tx) => notify(tx, siteId, userId, "share-revoked", shared("one", "news of another kind")));
  await change("other", "another share");
  await Promise.all([change("one", "again"), change("one", "again"), change("one", "again")]);
  const unread = await known();
  await db().notice.updateMany({ data: { readAt: new Date() } });
  await change("one", "when it was read");

  expect(unread).toEqual(["share-changed again", "share-changed another share", "share-revoked news of another kind"]);
  expect(await known()).toEqual([...unread, "share-changed when it was read"].sort());
});

it("forgets what was read long ago, and more than anybody looks at", async () => {
  const [alice, bob] = [await makeUser(), await makeUser()];
  const longAgo = new Date(Date.now() - 91 * 86_400_000);
  await tell(alice);
  await db().notice.updateMany({ data: { readAt: longAgo } });
  await tell(alice);
  await db().notice.updateMany({ where: { readAt: null }, data: { createdAt: longAgo } });
  const { siteId, userId } = bob;
  const ids = Array.from({ length: 1002 }, () => newId()).sort();
  const told = { siteId, userId, kind: "contact-removed", about };
  await db().notice.createMany({ data: ids.map((id) => ({ id, ...told })) });

  await sweepNotices();

  expect((await listNotices(alice)).items).toMatchObject([{ readAt: null }]);
  const left = await db().notice.findMany({ where: { userId }, orderBy: { id: "asc" }, select: { id: true } });
  expect(left.map(({ id }) => id)).toEqual(ids.slice(2));
});
