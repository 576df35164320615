import { afterEach, beforeEach, expect, it } from "vitest";
import { db } from "@/lib/core/db";
import type { UserPrincipal } from "@/lib/core/principal";
import { ownTree } from "@/lib/files/own-tree";
import { acceptShare } from "@/lib/sharing/received/answer-share";
import { measureReceivedShare } from "@/lib/sharing/received/measure-received-share";
import { listReceivedShares } from "@/lib/sharing/received/received-shares";
import { sendShare } from "@/lib/sharing/sent/send-share";
import { befriend, type Cloud, deliverAll, startCloud } from "@/tests/clouds";
import { makeUser } from "@/tests/make";
import { contentOf, makeFile } from "@/tests/make-files";
import { drive } from "./drive";
import { openedDrive } from "./opened-drive";

const HERE = ["notes (Alice).md"];
let clouds: Cloud[];
let alice: UserPrincipal;
let bob: UserPrincipal;
let id: string;

/** Alice shares a file of a name that Bob has too. */
beforeEach(async () => {
  const [hers, his] = [await startCloud(), await startCloud()];
  clouds = [hers, his];
  alice = await makeUser({ site: hers.site, displayName: "Alice" });
  bob = await makeUser({ site: his.site, displayName: "Bob" });
  const [contact] = await befriend(alice, bob);
  await makeFile(alice, "/notes.md", "from Alice");
  await makeFile(bob, "/notes.md", "his own");
  const { id: nodeId } = await ownTree(alice).stat(["notes.md"]);
  const recipient = { kind: "contact" as const, id: contact.id };
  await sendShare(alice, { nodeId, recipient, role: "viewer", expiresAt: null, note: "" });
  await deliverAll();
  id = (await listReceivedShares(bob)).items[0]?.id ?? "";
  await acceptShare(bob, id);
});
afterEach(() => Promise.all(clouds.map((cloud) => cloud.stop())));

it("stands under its name with the giver's when that is taken, and stays the kind of file it is", async () => {
  const { items } = await drive(bob).list([]);

  expect(items.map(({ name, mediaType }) => [name, mediaType])).toEqual([
    ["notes (Alice).md", "text/markdown"],
    ["notes.md", "text/markdown"],
  ]);
});

it("has no size until it was looked at, by the job or by a reader", async () => {
  const before = await drive(bob).stat(HERE);
  await measureReceivedShare({ siteId: bob.siteId, id });
  const measured = await drive(bob).stat(HERE);
  await ownTree(alice).move(["notes.md"], ["notes.txt"]);
  await makeFile(alice, "/notes.txt", "from Alice, longer");
  await contentOf(drive(bob), `/${HERE[0]}`);
  const read = await drive(bob).stat(HERE);

  expect([before.size, measured.size, read.size]).toEqual([null, 10, 18]);
});

it("is measured in the queue of what its cloud is told, so that a silent one takes one worker", async () => {
  const jobs = await db().$queryRaw<{ name: string; queue: string }[]>`
    SELECT task_identifier AS name, queue_name AS queue FROM graphile_worker.jobs
     WHERE task_identifier IN ('deliver', 'measure-received-share') ORDER BY id DESC LIMIT 2`;

  expect(jobs.map(({ name }) => name).sort()).toEqual(["deliver", "measure-received-share"]);
  expect(new Set(jobs.map(({ queue }) => queue)).size).toBe(1);
});

it("is not failed by a cloud that is away when it is measured", async () => {
  clouds[0]?.setAway(true);

  await measureReceivedShare({ siteId: bob.siteId, id });

  expect((await drive(bob).stat(HERE)).size).toBeNull();
});

it("is seen as its cloud has it by whoever opens a part of it", async () => {
  const tree = openedDrive(bob);

  const seen = await tree.stat(HERE);
  const { entry, range } = await tree.read(HERE, { range: { first: 5 } });

  expect(seen).toMatchObject({ name: HERE[0], size: 10 });
  expect(entry.etag).toBe(seen.etag);
  expect(range).toEqual({ start: 5, end: 9 });
});
