import { expect, it, vi } from "vitest";
import { db, pool } from "@/lib/core/db";
import { listenAs } from "@/tests/live";
import { makeSite, makeUser } from "@/tests/make";
import { listNotices, markNoticesRead, notify } from "./notices";

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
