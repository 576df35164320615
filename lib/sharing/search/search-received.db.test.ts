import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { db, pool } from "@/lib/core/db";
import type { UserPrincipal } from "@/lib/core/principal";
import { callProvider } from "@/lib/delivery/call-provider";
import { drive } from "@/lib/drive/drive";
import { getFolder } from "@/lib/drive/folder-view";
import { ownTree } from "@/lib/files/own-tree";
import { SearchQuery } from "@/lib/files/schema";
import { readTexts } from "@/lib/files/texts/read-texts";
import { stopLive } from "@/lib/notices/live";
import { accessTokenOf, accessToShare } from "@/lib/sharing/received/access";
import type { FoundOnCloud } from "@/lib/sharing/schema";
import { searchReceived } from "@/lib/sharing/search/search-received";
import { revokeShare } from "@/lib/sharing/sent/end-sent-shares";
import { getSite } from "@/lib/sites/sites";
import { type Friends, SETTINGS, type Setting, shareAndAccept, startFriends } from "@/tests/clouds";
import { makeUser } from "@/tests/make";
import { makeFile, names } from "@/tests/make-files";

let friends: Friends;
let alice: UserPrincipal;
let bob: UserPrincipal;
let share: { sentId: string; receivedId: string };

/** Alice shares a folder with Bob, who lives on another cloud. */
async function begin(setting: Setting): Promise<void> {
  friends = await startFriends(setting);
  ({ alice, bob } = friends);
  await makeFile(alice, "/Trail/huts/moraine hut.txt", "Above the glacier.");
  await makeFile(alice, "/Trail/map.txt", "A map.");
  await makeFile(alice, "/Secret/moraine diary.txt", "Nobody else’s glacier.");
  share = await shareAndAccept(alice, bob, { name: "Trail", contact: friends.bobAtAlices, role: "viewer" });
}
afterEach(async () => {
  await friends.stop();
  await stopLive();
});

type Asked = Partial<Record<keyof SearchQuery, string>>;
async function steps(asked: Asked, who = bob): Promise<FoundOnCloud[]> {
  const all: FoundOnCloud[] = [];
  for await (const step of searchReceived(who, SearchQuery.parse(asked))) all.push(step);
  return all;
}
/** What is told of the one cloud in the end. */
const search = async (asked: Asked, who = bob) => (await steps(asked, who)).at(-1);
const pathsOf = async (asked: Asked, who = bob) =>
  ((await search(asked, who))?.items ?? []).map(({ folder, name }) => `${folder}/${name}`).sort();
const hers = () => friends.here.site.provider;

describe.each(SETTINGS)("what stands inside a received folder (%s)", (setting) => {
  beforeEach(() => begin(setting));

  it("is found by its cloud, by name and by content, though nobody has looked at it here", async () => {
    await readTexts();

    expect(await pathsOf({ q: "moraine" })).toEqual(["/Trail/huts/moraine hut.txt"]);
    expect(await search({ q: "glacier" })).toMatchObject({
      ...{ provider: hers(), state: "searched", problem: null, isMore: false },
      items: [
        {
          name: "moraine hut.txt",
          folder: "/Trail/huts",
          kind: "file",
          mediaType: "text/plain",
          sharedBy: { name: "Alice", provider: hers() },
          snippet: expect.arrayContaining([{ text: "glacier", isMatch: true }]),
        },
      ],
    });
    expect(await pathsOf({ q: "huts" })).toEqual(["/Trail/huts"]);
    expect(await db().knownEntry.count()).toBe(0);
  });

  it("is found where its receiver has put it, and narrowed as one's own is", async () => {
    await ownTree(bob).makeFolder(["Given"]);
    await drive(bob).move(["Trail"], ["Given", "Path"]);

    expect(await pathsOf({ q: "m" })).toEqual(["/Given/Path/huts/moraine hut.txt", "/Given/Path/map.txt"]);
    expect(await pathsOf({ kind: "folder" })).toEqual(["/Given/Path/huts"]);
    expect(await pathsOf({ q: "map", until: "2020-01-01T00:00:00Z" })).toEqual([]);
    expect(await pathsOf({ q: "map", sharedBy: "Alice" })).toEqual(["/Given/Path/map.txt"]);
    expect(await steps({ q: "map", sharedBy: "Carol" })).toEqual([]);
    expect(await steps({ q: "map", owner: "me" })).toEqual([]);
  });

  it("is not found in the trash of its owner, nor once the share has ended", async () => {
    await ownTree(alice).remove(names("/Trail/huts"));
    expect(await pathsOf({ q: "moraine" })).toEqual([]);
    await accessToShare(bob.siteId, share.receivedId);

    await revokeShare(alice, share.sentId);

    expect(await pathsOf({ q: "map" })).toEqual([]);
  });

  it("is nobody else's to find", async () => {
    const carol = await makeUser({ site: friends.there.site, userName: "carol" });

    expect(await steps({ q: "map" }, carol)).toEqual([]);
  });
});

it("a share that is opened by its secret is not searched by its cloud, which is not shown that for it", async () => {
  await begin("two servers");
  await getFolder(bob, names("/Trail"));
  await db().receivedShare.updateMany({
    where: { siteId: bob.siteId, id: share.receivedId },
    data: { requirements: [], wayIn: "bearer", wayInAt: new Date() },
  });
  let isAsked = false;
  friends.here.beforeAnswering("/ocm/search-shares", async () => {
    isAsked = true;
  });

  const found = await search({ q: "map" });

  expect(found).toMatchObject({ state: "known", problem: null, items: [{ name: "map.txt" }] });
  expect(isAsked).toBe(false);
});

describe("a cloud that does not answer", () => {
  beforeEach(async () => {
    await begin("two servers");
    await getFolder(bob, names("/Trail"));
    await getFolder(bob, names("/Trail/huts"));
  });

  it("is named, and what is known of its folders is found by their names at once", async () => {
    friends.here.setAway(true);

    const [first, last] = await steps({ q: "moraine" });

    expect(first).toMatchObject({ provider: hers(), state: "asking", items: [{ name: "moraine hut.txt" }] });
    expect(last).toMatchObject({ provider: hers(), state: "known", items: [{ folder: "/Trail/huts" }] });
    expect(last?.problem).toContain(hers());
  });

  it("is told to have more where too much is known of it to look through all", async () => {
    friends.here.setAway(true);
    const used = (path: string, at: string, entryCount: number) =>
      db().knownFolder.updateMany({ where: { siteId: bob.siteId, path }, data: { usedAt: new Date(at), entryCount } });
    await used("", "2026-02-01", 49_999);
    await used("/huts", "2026-01-01", 1);

    expect(await search({ q: "moraine" })).toMatchObject({ items: [{ name: "moraine hut.txt" }], isMore: false });
    await used("", "2026-02-01", 50_000);
    expect(await search({ q: "moraine" })).toMatchObject({ items: [], isMore: true });
    expect(await search({ q: "map" })).toMatchObject({ items: [{ name: "map.txt" }], isMore: true });
  });

  it("is shown nothing of where the administrators do not deal with it", async () => {
    await db().provider.updateMany({ where: { siteId: bob.siteId }, data: { standing: "blocked" } });

    expect(await steps({ q: "moraine" })).toMatchObject([
      { provider: hers(), state: "known", items: [], problem: expect.any(String) },
    ]);
  });

  it("keeps no other from being told", async () => {
    const carol = await makeUser({ site: friends.there.site, userName: "carol", displayName: "Carol" });
    await makeFile(carol, "/Plans/moraine plan.txt", "A plan.");
    await shareAndAccept(carol, bob, { name: "Plans" });
    let answer = () => {};
    const held = new Promise<void>((resolve) => (answer = resolve));
    friends.here.beforeAnswering("/ocm/search-shares", () => held);

    const told: [string, string][] = [];
    for await (const { provider, state } of searchReceived(bob, SearchQuery.parse({ q: "moraine" }))) {
      told.push([provider, state]);
      if (provider === "" && state === "searched") answer();
    }

    expect(told.slice(-2)).toEqual([
      ["", "searched"],
      [hers(), "searched"],
    ]);
  });
});

describe("a cloud that asks", () => {
  beforeEach(() => begin("two servers"));

  const ask = async (json: object, from = friends.there.site) =>
    callProvider(await getSite(from.id), hers(), { to: "/search-shares", json: json as Record<string, unknown> });
  const opened = async () => {
    const accessToken = await accessTokenOf(bob.siteId, share.receivedId);
    return { providerId: share.sentId, accessToken };
  };

  it("finds nothing without the token of the share, nor with that of another", async () => {
    const { providerId } = await opened();

    expect((await ask({ shares: [{ providerId, accessToken: "guessed" }], q: "map" })).json).toEqual({ results: [] });
    expect((await ask({ shares: [{ providerId }], q: "map" })).status).toBe(400);
  });

  it("finds nothing with a token that was given to another cloud", async () => {
    const one = await opened();
    expect((await ask({ shares: [one], q: "map" })).json).toMatchObject({
      results: [{ items: [{ name: "map.txt" }] }],
    });

    await db().sentShare.updateMany({ where: { id: share.sentId }, data: { provider: "peer.localhost:1" } });

    expect((await ask({ shares: [one], q: "map" })).json).toEqual({ results: [] });
  });

  it("more often than is searched at a time is told to come again, which does not count as a failure of that cloud", async () => {
    const one = await opened();
    const holder = await pool().connect();
    await holder.query(`BEGIN; LOCK TABLE "FileNode" IN ACCESS EXCLUSIVE MODE`);

    const asking = Array.from({ length: 4 }, () => ask({ shares: [one], q: "map" }));
    const first = await Promise.race(asking); // those whose turn it is wait for what is held
    await holder.query("ROLLBACK");
    holder.release();
    await Promise.all(asking);

    expect(first).toMatchObject({ status: 429, json: { message: "TOO_MANY_REQUESTS" }, retryAfter: 5 });
    const { siteId } = bob;
    expect(await db().providerDay.findMany({ where: { siteId, failed: { gt: 0 } } })).toEqual([]);
    expect(await db().provider.findFirst({ where: { siteId, provider: hers() } })).toMatchObject({ failure: null });
  });

  it("is answered no more than fits into an answer, and told so", async () => {
    for (let number = 0; number < 70; number++) {
      await makeFile(alice, `/Trail/${"long ".repeat(40)}${number}.txt`, "x");
    }

    const { json } = await ask({ shares: [await opened()], q: "long" });

    const [result] = (json as { results: { items: unknown[]; isMore: boolean }[] }).results;
    expect(result?.isMore).toBe(true);
    expect(result?.items.length).toBeGreaterThan(20);
    expect(result?.items.length).toBeLessThanOrEqual(50);
  });
});
