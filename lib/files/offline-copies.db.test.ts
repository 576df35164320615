import { beforeEach, expect, it } from "vitest";
import { db } from "@/lib/core/db";
import type { UserPrincipal } from "@/lib/core/principal";
import { makeUser } from "@/tests/make";
import { bytes, makeFile } from "@/tests/make-files";
import { keepOfflineCopy, keepOfflineEdit, offlineStates } from "./offline-copies";
import { ownTree } from "./own-tree";

let alice: UserPrincipal;
let place: { nodeId: string; path: string };
beforeEach(async () => {
  alice = await makeUser();
  const { id: nodeId } = await ownTree(alice).makeFolder(["shared"]);
  place = { nodeId, path: "/a.txt" };
});

const LONG = "x".repeat(5_000);
const wanted = { name: "always-wanted", text: "SELECT 1", values: [] };
function keep(content: string, path = place.path) {
  const entry = { id: "there", name: "a.txt", kind: "file" as const, etag: "theirs", canWrite: false };
  const told = { ...entry, size: content.length, mediaType: "text/plain", modifiedAt: new Date() };
  return keepOfflineCopy(alice, { ...place, path }, { entry: told, body: bytes(content), wanted });
}
const edit = (content: string, options = {}) =>
  keepOfflineEdit(alice, place, { entryId: "there", base: "theirs", body: bytes(content), wanted, ...options });
const states = async () => [...(await offlineStates(alice, place.nodeId, ["/a.txt"])).keys()];
const note = async () => {
  const { blobId } = await db().offlineCopy.findFirstOrThrow();
  await db().blobDamage.create({ data: { siteId: alice.siteId, blobId, kind: "damaged" } });
};

it("counts what has been damaged here for nothing that is kept, so that it comes again", async () => {
  await keep(LONG);
  expect(await states()).toEqual(["/a.txt"]);

  await note();
  expect(await states()).toEqual([]);

  await keep(LONG);
  expect(await states()).toEqual(["/a.txt"]);
});

it("counts what was changed here as kept, damaged or not: it is nowhere else", async () => {
  await edit(LONG);

  await note();

  expect(await states()).toEqual(["/a.txt"]);
});

it("lets no version give way to what nobody has asked for just now", async () => {
  await makeFile(alice, "/own.txt", LONG);
  await makeFile(alice, "/own.txt", `${LONG} new`);
  const quota = 11_000;
  await db().user.updateMany({ where: { id: alice.userId }, data: { quota } });

  await expect(keep(LONG)).rejects.toMatchObject({ status: 507, code: "QUOTA_EXCEEDED" });
  expect(await db().fileVersion.count()).toBe(1);
  expect(await db().uploadLease.count()).toBe(0);

  await edit(LONG);
  expect(await db().fileVersion.count()).toBe(0);
});

it("refuses what is written here and is not what was announced", async () => {
  const refused = edit(LONG, { sha256: "0".repeat(64) });

  await expect(refused).rejects.toMatchObject({ status: 400, code: "CHECKSUM_MISMATCH" });
  expect(await db().offlineCopy.count()).toBe(0);
});
