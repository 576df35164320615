import { text } from "node:stream/consumers";
import sharp from "sharp";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { db } from "@/lib/core/db";
import type { UserPrincipal } from "@/lib/core/principal";
import { ownTree } from "@/lib/files/own-tree";
import { stopLive } from "@/lib/notices/live";
import { sweepKnown } from "@/lib/sharing/received/known/tend-known";
import { tendCopies } from "@/lib/sharing/received/offline/tend-copies";
import { revokeShare } from "@/lib/sharing/sent/end-sent-shares";
import { SHARE_THUMBNAILS } from "@/lib/trust/site-discovery";
import { type Friends, SETTINGS, shareAndAccept, startFriends } from "@/tests/clouds";
import { makeUser } from "@/tests/make";
import { makeFile, names } from "@/tests/make-files";
import { drive } from "./drive";
import { getFolder } from "./folder-view";
import { keepHere } from "./offline";
import { getThumbnailAt, shrinkingWhileRead } from "./thumbnail";

let friends: Friends;
let alice: UserPrincipal;
let bob: UserPrincipal;
let sentId: string;
let picture: Buffer;

beforeAll(async () => {
  picture = await sharp({ create: { width: 800, height: 400, channels: 3, background: "teal" } })
    .png()
    .toBuffer();
});

/** Alice shares an album with Bob, who lives on another cloud. */
async function begin(setting: (typeof SETTINGS)[number]): Promise<void> {
  friends = await startFriends(setting);
  ({ alice, bob } = friends);
  await makeFile(alice, "/Album/deep/a.png", picture);
  await makeFile(alice, "/Album/no.png", "no picture");
  await makeFile(alice, "/Album/c.txt", "Words.");
  await makeFile(alice, "/secret.png", picture);
  ({ sentId } = await shareAndAccept(alice, bob, { name: "Album", contact: friends.bobAtAlices }));
}
afterEach(async () => {
  await friends.stop();
  await stopLive();
});

const at = async (path: string, who = bob) => {
  const { items } = await getFolder(bob, names(path).slice(0, -1));
  const entry = items.find(({ name }) => name === names(path).at(-1));
  return getThumbnailAt(who, { id: entry?.id ?? "", path: names(path) });
};
const widthOf = async ({ bytes }: { bytes: Buffer }) => (await sharp(bytes).metadata()).width;
const shown = async (path: string) => {
  const { items } = await getFolder(bob, names(path));
  return items.filter(({ hasThumbnail }) => hasThumbnail).map(({ name }) => name);
};
const kept = () => db().receivedThumbnail.findMany({ where: { siteId: bob.siteId }, orderBy: { path: "asc" } });
/** As if it were a cloud that makes none. */
const forgetHow = () => db().$executeRaw`
  UPDATE "Provider" SET discovery = jsonb_set(discovery, '{capabilities}', (discovery->'capabilities') - ${SHARE_THUMBNAILS})
   WHERE "siteId" = ${bob.siteId}::uuid`;

describe.each(SETTINGS)("a picture inside a received folder (%s)", (setting) => {
  beforeEach(() => begin(setting));

  it("is shown small, made by its cloud, and kept as long as it stays so", async () => {
    expect(await widthOf(await at("/Album/deep/a.png"))).toBe(320);
    expect(await shown("/Album/deep")).toEqual(["a.png"]);
    const before = friends.davRequests();
    await friends.here.stop();

    expect(await widthOf(await at("/Album/deep/a.png"))).toBe(320);
    expect(friends.davRequests()).toBe(before);
    expect(await kept()).toMatchObject([{ path: "/deep/a.png" }]);
  });

  it("is none where there is none, and asked for once", async () => {
    await expect(at("/Album/no.png")).rejects.toMatchObject({ code: "NO_THUMBNAIL" });
    await expect(at("/Album/no.png")).rejects.toMatchObject({ code: "NO_THUMBNAIL" });
    await expect(at("/Album/c.txt")).rejects.toMatchObject({ code: "NO_THUMBNAIL" });

    expect(await kept()).toMatchObject([{ path: "/no.png", bytes: null }]);
  });

  it("is nobody else's, and is gone with the share", async () => {
    await at("/Album/deep/a.png");
    const carol = await makeUser({ site: friends.there.site, userName: "carol" });
    await expect(at("/Album/deep/a.png", carol)).rejects.toMatchObject({ code: "NODE_NOT_FOUND" });

    await revokeShare(alice, sentId);
    await db().receivedShare.updateMany({ where: { siteId: bob.siteId }, data: { state: "revoked" } });

    await expect(getThumbnailAt(bob, { id: "remote-x", path: names("/Album/deep/a.png") })).rejects.toMatchObject({
      code: "SHARE_ENDED",
    });
  });
});

describe.each(SETTINGS)("a received picture by itself, among one's own files (%s)", (setting) => {
  beforeEach(async () => {
    await begin(setting);
    await shareAndAccept(alice, bob, { name: "secret.png", contact: friends.bobAtAlices });
    await drive(bob).stat(["secret.png"]);
    await text((await drive(bob).read(["secret.png"])).body);
  });

  it("is shown small, made by its cloud, also under another name", async () => {
    await drive(bob).move(["secret.png"], ["open.png"]);

    expect(await shown("/")).toEqual(["open.png"]);
    expect(await widthOf(await at("/open.png"))).toBe(320);
    expect(await kept()).toMatchObject([{ path: "" }]);
  });

  it("is not said to be shown small where its cloud makes none, and none is kept", async () => {
    await forgetHow();
    expect(await shown("/")).toEqual([]);

    await text((await shrinkingWhileRead(bob, drive(bob)).read(["secret.png"])).body);

    await expect.poll(() => shown("/"), { timeout: 20_000 }).toEqual(["secret.png"]);
    expect(await widthOf(await at("/secret.png"))).toBe(320);
  });
});

it("a picture of somebody on the same cloud is shown small among one's own files", async () => {
  await begin("two servers");
  const carol = await makeUser({ site: friends.there.site, userName: "carol" });
  await makeFile(carol, "/hers.png", picture);
  await shareAndAccept(carol, bob, { name: "hers.png" });
  await text((await drive(bob).read(["hers.png"])).body);

  expect(await shown("/")).toEqual(["hers.png"]);
  expect(await widthOf(await at("/hers.png"))).toBe(320);
});

describe("small pictures of another cloud", () => {
  beforeEach(() => begin("two servers"));

  it("are not asked for while that cloud is away, which slows nothing", async () => {
    await shown("/Album/deep");
    await db().receivedShare.updateMany({ where: { siteId: bob.siteId }, data: { failure: "It is away." } });
    const before = friends.davRequests();

    const asked = getThumbnailAt(bob, { id: "remote-x", path: names("/Album/deep/a.png") });

    await expect(asked).rejects.toMatchObject({ status: 503, code: "BUSY" });

    expect(friends.davRequests()).toBe(before);
  });

  it("are made of the bytes that are read anyway, where that cloud makes none", async () => {
    expect(await shown("/Album/deep")).toEqual(["a.png"]);
    await forgetHow();
    expect(await shown("/Album/deep")).toEqual([]);
    await expect(at("/Album/deep/a.png")).rejects.toMatchObject({ code: "NO_THUMBNAIL" });

    await text((await shrinkingWhileRead(bob, drive(bob)).read(names("/Album/deep/a.png"))).body);

    await expect.poll(() => shown("/Album/deep"), { timeout: 20_000 }).toEqual(["a.png"]);
    expect(await widthOf(await at("/Album/deep/a.png"))).toBe(320);
  });

  it("are made of the copy that is kept here", async () => {
    await shown("/Album/deep");
    await forgetHow();
    await keepHere(bob, names("/Album"));
    await tendCopies({ siteId: bob.siteId, provider: friends.here.site.provider });

    expect(await shown("/Album/deep")).toEqual(["a.png"]);
    expect(await widthOf(await at("/Album/deep/a.png"))).toBe(320);
    expect(await kept()).toEqual([]);
  });

  it("are another's when the picture is another", async () => {
    const before = await at("/Album/deep/a.png");
    const narrow = await sharp({ create: { width: 100, height: 100, channels: 3, background: "red" } })
      .png()
      .toBuffer();
    await makeFile(alice, "/Album/deep/b.png", narrow);
    await ownTree(alice).move(["Album", "deep", "b.png"], ["Album", "deep", "a.png"], { overwrite: true });
    await db().knownFolder.deleteMany({ where: { siteId: bob.siteId } });

    const after = await at("/Album/deep/a.png");

    expect([await widthOf(after), after.etag === before.etag]).toEqual([100, false]);
    expect(await kept()).toHaveLength(1);
  });

  it("are kept of each share up to a number, those that were looked at last", async () => {
    await at("/Album/deep/a.png");
    await db().$executeRaw`
      INSERT INTO "ReceivedThumbnail" ("siteId", "nodeId", path, etag, "usedAt")
      SELECT "siteId", "nodeId", '/old ' || n, 'e', now() - interval '1 hour' FROM "ReceivedThumbnail", generate_series(1, 5100) n
       WHERE "siteId" = ${bob.siteId}::uuid`;

    await sweepKnown();

    const left = await kept();
    expect(left).toHaveLength(5_000);
    expect(left.some(({ path }) => path === "/deep/a.png")).toBe(true);
  });
});
