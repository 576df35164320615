import { afterEach, beforeEach, expect, it } from "vitest";
import { db } from "@/lib/core/db";
import type { UserPrincipal } from "@/lib/core/principal";
import { ownTree } from "@/lib/files/own-tree";
import type { Tree } from "@/lib/files/tree";
import { acceptShare } from "@/lib/sharing/received/answer-share";
import { listReceivedShares } from "@/lib/sharing/received/received-shares";
import { sendShare } from "@/lib/sharing/sent/send-share";
import { befriend, type Cloud, deliverAll, startCloud } from "@/tests/clouds";
import { makeUser, requestOf } from "@/tests/make";
import { contentOf, makeFile, namesIn } from "@/tests/make-files";
import { POST as copy } from "./copy/route";
import { POST as move } from "./move/route";
import { DELETE as remove } from "./route";

let clouds: Cloud[];
let bob: UserPrincipal;
let alices: Tree;
/** Alice shares a folder with Bob on another cloud, and lets him change it. */
beforeEach(async () => {
  const [hers, his] = [await startCloud(), await startCloud()];
  clouds = [hers, his];
  const alice = await makeUser({ site: hers.site, displayName: "Alice" });
  bob = await makeUser({ site: his.site, displayName: "Bob" });
  const [contact] = await befriend(alice, bob);
  alices = ownTree(alice);
  await makeFile(alice, "/Photos/hut.txt");
  await makeFile(alice, "/Photos/deep/lake.txt");
  const { id: nodeId } = await alices.stat(["Photos"]);
  const recipient = { kind: "contact" as const, id: contact.id };
  await sendShare(alice, { nodeId, recipient, role: "editor", expiresAt: null, note: "" });
  await deliverAll();
  const [share] = (await listReceivedShares(bob)).items;
  await acceptShare(bob, share?.id ?? "");
});
afterEach(() => Promise.all(clouds.map((cloud) => cloud.stop())));

async function ask(handler: (request: Request) => Promise<Response>, path: string, method: string, body?: unknown) {
  const response = await handler(await requestOf(bob, path, { method, body }));
  return { status: response.status, body: await response.json() };
}

it("deletes a file and a folder on another cloud, where the owner has them in the trash", async () => {
  const file = await ask(remove, "/api/files?path=/Photos/hut.txt", "DELETE");
  const folder = await ask(remove, "/api/files?path=/Photos/deep", "DELETE");

  expect([file, folder]).toEqual([1, 2].map(() => ({ status: 200, body: { trashed: null } })));
  expect(await namesIn(alices, "/Photos")).toEqual([]);
  expect(await db().fileNode.count({ where: { trashedAt: { not: null } } })).toBe(2);
});

it("moves a folder from one cloud to the other and back", async () => {
  const out = await ask(move, "/api/files/move", "POST", { from: "/Photos/deep", to: "/deep" });
  expect(await contentOf(ownTree(bob), "/deep/lake.txt")).toBe("content");
  expect(await namesIn(alices, "/Photos")).toEqual(["hut.txt"]);
  const back = await ask(move, "/api/files/move", "POST", { from: "/deep", to: "/Photos/deep" });

  expect([out.status, back.status]).toEqual([200, 200]);
  expect(await contentOf(alices, "/Photos/deep/lake.txt")).toBe("content");
  expect(await namesIn(ownTree(bob))).toEqual(["Photos"]);
});

it("does not copy a share into itself", async () => {
  const { status, body } = await ask(copy, "/api/files/copy", "POST", { from: "/Photos", to: "/Photos/Photos" });

  expect([status, body.code]).toEqual([409, "INTO_ITSELF"]);
});
