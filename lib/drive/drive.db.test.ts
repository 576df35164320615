import { Readable } from "node:stream";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { db } from "@/lib/core/db";
import type { SessionPrincipal } from "@/lib/core/principal";
import { lockTree } from "@/lib/files/internal/transaction";
import { ownTree } from "@/lib/files/own-tree";
import { listTrash } from "@/lib/files/trash";
import type { Tree } from "@/lib/files/tree";
import { getUsage } from "@/lib/files/usage";
import { signInApp } from "@/lib/identity/app-access";
import { createAppPassword, revokeAppPassword } from "@/lib/identity/app-passwords";
import { endAllSessions } from "@/lib/identity/sessions";
import { stopLive, subscribeLive } from "@/lib/notices/live";
import { acceptShare } from "@/lib/sharing/received/answer-share";
import { listReceivedShares } from "@/lib/sharing/received/received-shares";
import { revokeShare } from "@/lib/sharing/sent/end-sent-shares";
import { sendShare } from "@/lib/sharing/sent/send-share";
import { updateSentShare } from "@/lib/sharing/sent/update-sent-share";
import { countWaiting } from "@/tests/locks";
import { makeSite, makeUser } from "@/tests/make";
import { bytes, contentOf, makeFile, names, namesIn } from "@/tests/make-files";
import { type Drive, drive } from "./drive";
import { getEntry, getFolder } from "./folder-view";

let alice: SessionPrincipal;
let bob: SessionPrincipal;
let alices: Tree;
let bobs: Drive;
beforeEach(async () => {
  const site = await makeSite();
  alice = await makeUser({ site, userName: "alice", displayName: "Alice" });
  bob = await makeUser({ site, userName: "bob", displayName: "Bob" });
  alices = ownTree(alice);
  bobs = drive(bob);
  await makeFile(alice, "/Photos/a.txt", "alice's");
  await makeFile(alice, "/Photos/deep/b.txt", "deep");
});
const code = (expected: string) => expect.objectContaining({ code: expected });

/** Alice shares what stands at the path with Bob, who accepts. */
async function share(
  path: string,
  role: "viewer" | "editor" = "editor",
): Promise<{ sentId: string; receivedId: string }> {
  const { id: nodeId } = await alices.stat(names(path));
  const recipient = { kind: "person" as const, id: bob.userId };
  const { id: sentId } = await sendShare(alice, { nodeId, recipient, role, expiresAt: null, note: "" });
  const receivedId = (await listReceivedShares(bob)).items[0]?.id ?? "";
  await acceptShare(bob, receivedId);
  return { sentId, receivedId };
}

/** A body that lets something happen before its last bytes come. */
async function* around(happen: () => Promise<unknown>) {
  yield Buffer.from("over");
  await happen();
  yield Buffer.from("written");
}
const putAround = (path: string, happen: () => Promise<unknown>) =>
  bobs.write(names(path), Readable.from(around(happen)));

describe("what was allowed at the beginning", () => {
  it("is judged again when a file is put into a share within this site", async () => {
    const { sentId } = await share("/Photos");

    const demoted = putAround("/Photos/a.txt", () => updateSentShare(alice, sentId, { role: "viewer" }));
    await expect(demoted).rejects.toEqual(code("READ_ONLY"));
    await updateSentShare(alice, sentId, { role: "editor" });
    const revoked = putAround("/Photos/a.txt", () => revokeShare(alice, sentId));
    await expect(revoked).rejects.toEqual(code("SHARE_ENDED"));

    expect(await contentOf(alices, "/Photos/a.txt")).toBe("alice's");
    expect(await db().uploadLease.count()).toBe(0);
  });

  it("is judged again when somebody who was signed out meanwhile puts a file", async () => {
    await share("/Photos");

    await expect(putAround("/own.txt", () => endAllSessions(bob))).rejects.toEqual(code("NOT_SIGNED_IN"));
    await expect(bobs.makeFolder(["Photos", "new"])).rejects.toEqual(code("NOT_SIGNED_IN"));

    expect(await namesIn(ownTree(bob))).toEqual(["Photos"]);
    expect(await namesIn(alices, "/Photos")).toEqual(["deep", "a.txt"]);
  });

  it("is judged again when the app password of a program was revoked that puts a file", async () => {
    const { id, secret } = await createAppPassword(bob, { name: "Backup", scopes: ["files"], expiresAt: null });
    const program = await signInApp(bob.siteId, { login: "bob", password: secret, address: "192.0.2.7" });
    bobs = drive(program);
    await bobs.write(["before.txt"], bytes("before"));

    await expect(putAround("/own.txt", () => revokeAppPassword(bob, id))).rejects.toEqual(code("APP_PASSWORD_WRONG"));
    await expect(bobs.stillAllowed()).rejects.toEqual(code("APP_PASSWORD_WRONG"));

    expect(await namesIn(ownTree(bob))).toEqual(["before.txt"]);
  });

  it("is asked of the sign-in and of the shares that were opened on the way", async () => {
    const { sentId } = await share("/Photos");
    const other = drive(bob);
    await bobs.stat(["Photos", "a.txt"]);

    await revokeShare(alice, sentId);

    await expect(bobs.stillAllowed()).rejects.toEqual(code("SHARE_ENDED"));
    await expect(other.stillAllowed()).resolves.toBeUndefined();
    await endAllSessions(bob);
    await expect(other.stillAllowed()).rejects.toEqual(code("NOT_SIGNED_IN"));
  });

  it("is asked before each thing that is copied out of a share, and what came is taken away again", async () => {
    await share("/Photos");

    const { copying } = await db().$transaction(async (tx) => {
      await lockTree(tx, bob.siteId, bob.userId); // so that the first folder is not made before all this is over
      const copying = bobs.copy(["Photos"], ["mine"]);
      copying.catch(() => {});
      await expect.poll(countWaiting).toBe(1);
      await db().sentShare.updateMany({ data: { revokedAt: new Date() } });
      return { copying };
    });

    await expect(copying).rejects.toEqual(code("SHARE_ENDED"));
    expect(await namesIn(ownTree(bob))).toEqual(["Photos"]);
  });
});

describe("one drive over own files and received shares", () => {
  it("walks into a received folder, reads and writes there, and counts it to its owner", async () => {
    const { receivedId } = await share("/Photos");

    await bobs.write(["Photos", "new.txt"], bytes("bob's"), { size: 5 });
    await bobs.makeFolder(["Photos", "made"]);
    await bobs.remove(["Photos", "a.txt"]);
    await bobs.move(["Photos", "new.txt"], ["Photos", "made", "moved.txt"]);
    await bobs.copy(["Photos", "deep"], ["Photos", "copy"]);

    expect(await namesIn(alices, "/Photos")).toEqual(["copy", "deep", "made"]);
    expect(await contentOf(bobs, "/Photos/made/moved.txt")).toBe("bob's");
    expect((await getUsage(bob)).used).toBe(0);
    expect((await getUsage(alice)).used).toBe(7 + 4 + 5 + 4);
    expect((await listTrash(alice)).items.map(({ name }) => name)).toEqual(["a.txt"]);
    expect(await bobs.stat(["Photos"])).toMatchObject({ kind: "folder", receivedShareId: receivedId, canWrite: true });
  });

  it("shows from whom a folder comes, and lists what was shared among the folders", async () => {
    const { receivedId } = await share("/Photos", "viewer");
    await makeFile(bob, "/own.txt");

    const top = await getFolder(bob, []);
    const inside = await getFolder(bob, ["Photos", "deep"]);

    expect(top.from).toBeNull();
    expect(top.items.map(({ name, canWrite }) => [name, canWrite])).toEqual([
      ["Photos", false],
      ["own.txt", true],
    ]);
    const from = { receivedShareId: receivedId, senderName: "Alice", provider: "", role: "viewer", problem: null };
    expect(inside.from).toMatchObject(from);
    expect(inside.items).toMatchObject([{ name: "b.txt", canWrite: false }]);
    expect((await getEntry(bob, ["Photos"])).from?.receivedShareId).toBe(receivedId);
  });

  it("opens a shared file where it stands", async () => {
    await share("/Photos/a.txt");

    await bobs.write(["a.txt"], bytes("changed"));

    expect(await bobs.stat(["a.txt"])).toMatchObject({ kind: "file", mediaType: "text/plain" });
    expect(await contentOf(bobs, "/a.txt")).toBe("changed");
    expect(await contentOf(alices, "/Photos/a.txt")).toBe("changed");
  });

  it("renames and nests what was received, but does not delete it or move it into another's", async () => {
    await share("/Photos");
    await alices.makeFolder(["More"]);
    await share("/More");
    await bobs.makeFolder(["folder"]);

    await bobs.move(["Photos"], ["folder", "Pictures"]);

    expect(await contentOf(bobs, "/folder/Pictures/a.txt")).toBe("alice's");
    await expect(bobs.remove(["folder", "Pictures"])).rejects.toEqual(code("IS_RECEIVED_SHARE"));
    await expect(bobs.move(["folder", "Pictures"], ["More", "x"])).rejects.toEqual(code("IS_RECEIVED_SHARE"));
    await expect(bobs.move(["folder"], ["More", "folder"])).rejects.toEqual(code("IS_RECEIVED_SHARE"));
    expect(await namesIn(alices, "/More")).toEqual([]);
    await expect(bobs.makeFolder(["More"])).rejects.toEqual(code("NAME_TAKEN"));
    await expect(bobs.move(["folder"], ["More"], { overwrite: true })).rejects.toEqual(code("IS_RECEIVED_SHARE"));
  });

  it("carries files and folders over the border, both ways", async () => {
    await share("/Photos");
    await makeFile(bob, "/own/deep/c.txt", "bob's");

    await bobs.copy(["own"], ["Photos", "from bob"]);
    await bobs.move(["Photos", "deep"], ["from alice"]);
    await bobs.copy(["Photos"], ["all"]);

    expect(await contentOf(alices, "/Photos/from bob/deep/c.txt")).toBe("bob's");
    expect(await contentOf(bobs, "/from alice/b.txt")).toBe("deep");
    expect(await namesIn(alices, "/Photos")).toEqual(["from bob", "a.txt"]);
    expect(await contentOf(ownTree(bob), "/all/from bob/deep/c.txt")).toBe("bob's");
    expect(await namesIn(bobs)).toEqual(["all", "from alice", "own", "Photos"]);
  });

  it("overwrites over the border only when told, and then into the trash", async () => {
    await share("/Photos");
    await makeFile(bob, "/a.txt", "bob's");

    await expect(bobs.move(["a.txt"], ["Photos", "a.txt"])).rejects.toEqual(code("NAME_TAKEN"));
    await bobs.move(["a.txt"], ["Photos", "a.txt"], { overwrite: true });

    expect(await contentOf(alices, "/Photos/a.txt")).toBe("bob's");
    expect((await listTrash(alice)).items.map(({ name }) => name)).toEqual(["a.txt"]);
    expect(await namesIn(bobs)).toEqual(["Photos"]);
  });

  it("takes nothing over the border that it may not, and leaves no half of it", async () => {
    await share("/Photos", "viewer");
    await makeFile(bob, "/own/a.txt", "a");
    await db().user.updateMany({ where: { id: bob.userId }, data: { quota: 4 } });

    await expect(bobs.move(["own"], ["Photos", "own"])).rejects.toEqual(code("READ_ONLY"));
    await expect(bobs.copy(["Photos"], ["copy"])).rejects.toEqual(code("QUOTA_EXCEEDED"));
    await expect(bobs.move(["Photos", "deep"], ["deep"])).rejects.toEqual(code("QUOTA_EXCEEDED"));

    expect(await namesIn(bobs)).toEqual(["own", "Photos"]);
    expect((await listTrash(bob)).items).toEqual([]);
    expect(await contentOf(bobs, "/own/a.txt")).toBe("a");
    expect(await namesIn(alices, "/Photos")).toEqual(["deep", "a.txt"]);
  });

  it("ends with the share, while one's own files stay", async () => {
    const { sentId } = await share("/Photos");
    await bobs.makeFolder(["own"]);

    await revokeShare(alice, sentId);

    expect(await namesIn(bobs)).toEqual(["own"]);
    await expect(bobs.stat(["Photos", "a.txt"])).rejects.toEqual(code("NODE_NOT_FOUND"));
  });

  it("tells a person's open pages of a change, once for many", async () => {
    const heard: string[] = [];
    const unsubscribe = subscribeLive(bob.siteId, bob.userId, (topic) => heard.push(topic));

    await vi.waitFor(
      async () => {
        await bobs.makeFolder([crypto.randomUUID()]);
        expect(heard).toContain("files");
      },
      { timeout: 5000, interval: 300 },
    );

    unsubscribe();
    await stopLive();
  });
});
