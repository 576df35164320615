import { beforeEach, describe, expect, it } from "vitest";
import { db } from "@/lib/core/db";
import type { UserPrincipal } from "@/lib/core/principal";
import { ownTree } from "@/lib/files/own-tree";
import { revokeShare } from "@/lib/sharing/sent/end-sent-shares";
import { updateSentShare } from "@/lib/sharing/sent/update-sent-share";
import { deliverAll, type Friends } from "@/tests/clouds";
import { keptFolder } from "@/tests/kept-folder";
import { contentOf, makeFile, names } from "@/tests/make-files";
import { getFolder } from "./folder-view";
import { keepNoMore } from "./offline";

const kept = keptFolder({ "map.txt": "A map." });
const { makeFolder, write, read, hersAt, hersIn, his, steps, told, marked, comeBack } = kept;
let alice: UserPrincipal;
let bob: UserPrincipal;
let sentId: string;
let hers: Friends["here"];
beforeEach(() => {
  ({ alice, bob, sentId, here: hers } = kept.begun());
});

describe("folders that are made while their cloud is away", () => {
  it("are seen at once, with what is put into them, and are made there when it is back", async () => {
    const made = await makeFolder("/Trail/huts");
    await makeFolder("/Trail/huts/high");
    await write("/Trail/huts/high/one.txt", "One.");

    expect(made).toMatchObject({ name: "huts", kind: "folder", canWrite: true });
    expect(await his("/Trail")).toEqual(["huts", "map.txt"]);
    expect(await his("/Trail/huts/high")).toEqual(["one.txt"]);
    expect(await read("/Trail/huts/high/one.txt")).toBe("One.");
    const { items, folder } = await getFolder(bob, names("/Trail/huts"));
    expect([folder.name, items.map(({ name, offline }) => [name, offline?.state])]).toEqual([
      "huts",
      [["high", "waiting"]],
    ]);
    await comeBack();

    expect(await hersAt("/Trail/huts/high/one.txt")).toBe("One.");
    expect(await read("/Trail/huts/high/one.txt")).toBe("One.");
    expect([await steps(), await told()]).toEqual([0, []]);
    expect(await his("/Trail")).toEqual(["huts", "map.txt"]);
  });

  it("are one with what was made there meanwhile, and files of one name are both kept", async () => {
    await makeFolder("/Trail/huts");
    await write("/Trail/huts/one.txt", "Bob’s.");
    await makeFile(alice, "/Trail/huts/one.txt", "Alice’s.");

    await comeBack();

    expect(await hersAt("/Trail/huts/one.txt")).toBe("Alice’s.");
    expect(await hersAt(`/Trail/huts/${marked("one")}.txt`)).toBe("Bob’s.");
    expect([await steps(), (await told()).length]).toEqual([0, 1]);
  });

  it("are made beside a file that took their name, with all that is in them", async () => {
    await makeFolder("/Trail/huts");
    await makeFolder("/Trail/huts/high");
    await write("/Trail/huts/high/one.txt", "One.");
    await makeFile(alice, "/Trail/huts", "A file.");

    await comeBack();

    expect(await hersAt("/Trail/huts")).toBe("A file.");
    expect(await hersAt(`/Trail/${marked("huts")}/high/one.txt`)).toBe("One.");
    expect([await steps(), (await told()).length]).toEqual([0, 1]);
  });

  it("are not made over what is there, in what is not, or where one may only look", async () => {
    await makeFolder("/Trail/huts");

    await expect(makeFolder("/Trail/huts")).rejects.toMatchObject({ code: "NAME_TAKEN" });
    await expect(makeFolder("/Trail/map.txt")).rejects.toMatchObject({ code: "NAME_TAKEN" });
    await expect(write("/Trail/huts", "x")).rejects.toMatchObject({ code: "NAME_TAKEN" });
    await expect(makeFolder("/Trail/none/huts")).rejects.toMatchObject({ code: "NODE_NOT_FOUND" });
    await db().receivedShare.updateMany({ where: { siteId: bob.siteId }, data: { role: "viewer" } });
    await expect(makeFolder("/Trail/more")).rejects.toMatchObject({ code: "READ_ONLY" });
  });

  it("are made once, though the answer was lost", async () => {
    await makeFolder("/Trail/huts");
    await write("/Trail/huts/one.txt", "One.");
    await ownTree(alice).makeFolder(names("/Trail/huts"));

    await comeBack();

    expect(await hersIn("/Trail")).toEqual(["huts", "map.txt"]);
    expect(await hersAt("/Trail/huts/one.txt")).toBe("One.");
    expect(await told()).toEqual([]);
  });

  it("keep the pin from being let go of", async () => {
    await makeFolder("/Trail/huts");

    await expect(keepNoMore(bob, ["Trail"])).rejects.toMatchObject({ code: "EDITS_WAIT" });
  });

  it("lose no file where their cloud takes them no more", async () => {
    await makeFolder("/Trail/huts");
    await write("/Trail/huts/one.txt", "One.");
    await updateSentShare(alice, sentId, { role: "viewer" });
    await comeBack();

    expect(await contentOf(ownTree(bob), "/one (not sent).txt")).toBe("One.");
    expect(await steps()).toBe(0);
  });

  it("lose no file when the share ends", async () => {
    await makeFolder("/Trail/huts");
    await write("/Trail/huts/one.txt", "One.");
    hers.setAway(false);
    await revokeShare(alice, sentId);
    await deliverAll();

    expect(await contentOf(ownTree(bob), "/one (not sent).txt")).toBe("One.");
    expect(await steps()).toBe(0);
  });
});
