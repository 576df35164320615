import { text } from "node:stream/consumers";
import { beforeEach, expect, it } from "vitest";
import { db } from "@/lib/core/db";
import type { UserPrincipal } from "@/lib/core/principal";
import { keepOfflineCopy, keepOfflineEdit } from "@/lib/files/offline-copies";
import { ownTree } from "@/lib/files/own-tree";
import type { Tree } from "@/lib/files/tree";
import type { OfflinePin, ReceivedShare } from "@/prisma/generated/client";
import { damage } from "@/tests/damage";
import { makeUser } from "@/tests/make";
import { bytes } from "@/tests/make-files";
import { withCopies } from "./with-copies";

const HERE = "kept ".repeat(1_000);
const wanted = { name: "always-wanted", text: "SELECT 1", values: [] };
let alice: UserPrincipal;
let nodeId: string;
let tree: Tree;
beforeEach(async () => {
  alice = await makeUser();
  nodeId = (await ownTree(alice).makeFolder(["shared"])).id;
  const { siteId, userId: receiverId } = alice;
  // Said to be away, though it answers again.
  const share = { siteId, receiverId, name: "shared", role: "editor", isAway: true };
  const there = { read: async () => ({ entry: {}, range: null, body: bytes("from there") }) };
  const pin = { siteId, nodeId, path: "" };
  tree = withCopies(share as ReceivedShare, [pin as OfflinePin], async () => there as unknown as Tree);
});

const place = () => ({ nodeId, path: "/a.txt" });
const read = async () => text((await tree.read(["a.txt"])).body);
async function keep() {
  const entry = { id: "there", name: "a.txt", kind: "file" as const, etag: "theirs", canWrite: false };
  const told = { ...entry, size: HERE.length, mediaType: "text/plain", modifiedAt: new Date() };
  await keepOfflineCopy(alice, place(), { entry: told, body: bytes(HERE), wanted });
}
const blobId = async () => (await db().offlineCopy.findFirstOrThrow()).blobId;
const note = async () =>
  db().blobDamage.create({ data: { siteId: alice.siteId, blobId: await blobId(), kind: "damaged" } });

it("reads what is kept here", async () => {
  await keep();

  expect(await read()).toBe(HERE);
});

it.each(["noted", "gone"])("asks the other cloud for what this one has lost (%s)", async (how) => {
  await keep();
  if (how === "noted") await note();
  else damage.gone({ siteId: alice.siteId, id: await blobId() });

  expect(await read()).toBe("from there");
});

it("says of what was changed here that it is damaged: the other cloud has something else", async () => {
  await keepOfflineEdit(alice, place(), { entryId: "there", base: "theirs", body: bytes(HERE), wanted });
  await note();

  await expect(read()).rejects.toMatchObject({ code: "FILE_DAMAGED" });
});
