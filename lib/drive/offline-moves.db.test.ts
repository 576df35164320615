import { beforeEach, describe, expect, it } from "vitest";
import { db } from "@/lib/core/db";
import type { UserPrincipal } from "@/lib/core/principal";
import { ownTree } from "@/lib/files/own-tree";
import type { Tree } from "@/lib/files/tree";
import { getUsage } from "@/lib/files/usage";
import { moveHere } from "@/lib/sharing/received/offline/change-here";
import { updateSentShare } from "@/lib/sharing/sent/update-sent-share";
import { keptFolder } from "@/tests/kept-folder";
import { contentOf, makeFile, names } from "@/tests/make-files";
import { drive } from "./drive";
import { getFolder } from "./folder-view";
import { getOfflineFacts } from "./offline";
import { programsTree, shownTree } from "./shown-tree";

const kept = keptFolder({
  "map.txt": "A map.",
  "huts/one.txt": "One.",
  "huts/high/two.txt": "Two.",
});
const { move, remove, write, read, hersAt, hersIn, his, steps, told, marked, tend, goAway, answerAgain, comeBack } =
  kept;
let alice: UserPrincipal;
let bob: UserPrincipal;
let sentId: string;
beforeEach(() => {
  ({ alice, bob, sentId } = kept.begun());
});

const listed = async (tree: Pick<Tree, "list">, path: string) =>
  (await tree.list(names(path))).items.map(({ name }) => name);

describe("what is moved while its cloud is away", () => {
  it("is seen at once in its new place by every way of looking, and is there when that cloud is back", async () => {
    const moved = await move("/Trail/map.txt", "/Trail/huts/chart.txt");
    await move("/Trail/huts", "/Trail/cabins");

    expect(moved).toMatchObject({ name: "chart.txt", size: 6, canWrite: true });
    for (const tree of [drive(bob), shownTree(bob), programsTree(bob)]) {
      expect(await listed(tree, "/Trail")).toEqual(["cabins"]);
      expect(await listed(tree, "/Trail/cabins")).toEqual(["high", "chart.txt", "one.txt"]);
      await expect(tree.stat(names("/Trail/map.txt"))).rejects.toMatchObject({ code: "NODE_NOT_FOUND" });
      await expect(tree.list(names("/Trail/huts"))).rejects.toMatchObject({ code: "NODE_NOT_FOUND" });
    }
    expect([await read("/Trail/cabins/chart.txt"), await read("/Trail/cabins/high/two.txt")]).toEqual([
      "A map.",
      "Two.",
    ]);
    const { items } = await getFolder(bob, ["Trail"]);
    expect(items.map(({ name, offline }) => [name, offline?.state])).toEqual([["cabins", "waiting"]]);
    expect(await getOfflineFacts(bob, ["Trail"])).toMatchObject({ count: 3, waiting: 0, steps: 2 });

    await comeBack();

    expect([await hersIn("/Trail"), await hersIn("/Trail/cabins")]).toEqual([
      ["cabins"],
      ["high", "chart.txt", "one.txt"],
    ]);
    expect([await steps(), await told()]).toEqual([0, []]);
    expect(await his("/Trail/cabins")).toEqual(["high", "chart.txt", "one.txt"]);
    expect((await getUsage(bob)).used).toBe(14);
  });

  it("stands so until that cloud has heard of it, though it answers again", async () => {
    await move("/Trail/huts", "/Trail/cabins");
    await answerAgain();
    await db().knownFolder.updateMany({ data: { nextLookAt: new Date(0), seenAt: new Date(0) } });

    for (const tree of [drive(bob), programsTree(bob)]) {
      expect(await listed(tree, "/Trail/cabins")).toEqual(["high", "one.txt"]);
      expect(await listed(tree, "/Trail")).toEqual(["cabins", "map.txt"]);
    }
    expect(await read("/Trail/cabins/one.txt")).toBe("One.");
    await write("/Trail/cabins/new.txt", "New.");
    await tend();

    expect(await hersAt("/Trail/cabins/new.txt")).toBe("New.");
    expect(await hersIn("/Trail")).toEqual(["cabins", "map.txt"]);
  });

  it("takes along what was changed in it, and lets something new stand where it was", async () => {
    await write("/Trail/map.txt", "A better map.");
    await move("/Trail/map.txt", "/Trail/chart.txt");
    await write("/Trail/map.txt", "Another map.");
    await write("/Trail/huts/one.txt", "First.");
    await move("/Trail/huts", "/Trail/cabins");

    await comeBack();

    expect([await hersAt("/Trail/chart.txt"), await hersAt("/Trail/map.txt")]).toEqual([
      "A better map.",
      "Another map.",
    ]);
    expect(await hersAt("/Trail/cabins/one.txt")).toBe("First.");
    expect([await hersIn("/Trail"), await told()]).toEqual([["cabins", "chart.txt", "map.txt"], []]);
  });

  it("can be put back, as if nothing had been, also once its cloud was called in vain", async () => {
    await move("/Trail/huts", "/Trail/cabins");
    await tend();
    await move("/Trail/cabins", "/Trail/huts");

    expect([await his("/Trail"), await steps()]).toEqual([["huts", "map.txt"], 0]);
    expect(await read("/Trail/huts/high/two.txt")).toBe("Two.");
  });

  it("comes beside what took its name there, with what was done in it since", async () => {
    await move("/Trail/huts", "/Trail/cabins");
    await write("/Trail/cabins/one.txt", "First.");
    await remove("/Trail/cabins/high/two.txt");
    await makeFile(alice, "/Trail/cabins/hers.txt", "Hers.");

    await comeBack();

    expect(await hersIn("/Trail")).toEqual(["cabins", marked("cabins"), "map.txt"]);
    expect(await hersIn("/Trail/cabins")).toEqual(["hers.txt"]);
    expect(await hersAt(`/Trail/${marked("cabins")}/one.txt`)).toBe("First.");
    expect(await hersIn(`/Trail/${marked("cabins")}/high`)).toEqual([]);
    expect(await told()).toMatchObject([{ resource: "cabins", keptAs: marked("cabins"), where: "beside" }]);
    expect(await read(`/Trail/${marked("cabins")}/one.txt`)).toBe("First.");
  });

  it("is told of where it is not there any more, and what was changed in it is kept", async () => {
    await write("/Trail/map.txt", "A better map.");
    await move("/Trail/map.txt", "/Trail/chart.txt");
    await ownTree(alice).remove(names("/Trail/map.txt"));

    await comeBack();

    expect(await hersIn("/Trail")).toEqual(["huts", marked("map", ".txt")]);
    expect(await hersAt(`/Trail/${marked("map", ".txt")}`)).toBe("A better map.");
    expect(await told()).toMatchObject([
      { resource: "map.txt", what: "moved", reason: expect.stringMatching(/no longer there/) },
      { resource: "map.txt", where: "beside" },
    ]);
    expect(await his("/Trail")).toEqual(["huts", marked("map", ".txt")]);
  });

  it("is where it was when one may not change it any more", async () => {
    await move("/Trail/huts", "/Trail/cabins");
    await updateSentShare(alice, sentId, { role: "viewer" });
    await comeBack();

    expect([await his("/Trail"), await hersIn("/Trail")]).toEqual([
      ["huts", "map.txt"],
      ["huts", "map.txt"],
    ]);
    expect(await read("/Trail/huts/one.txt")).toBe("One.");
    expect(await told()).toMatchObject([{ resource: "huts", what: "moved", name: "Alice" }]);
  });

  it("goes into folders that were made, and with them", async () => {
    await drive(bob).makeFolder(names("/Trail/new"));
    await move("/Trail/map.txt", "/Trail/new/map.txt");
    await move("/Trail/new", "/Trail/huts/newer");
    await write("/Trail/huts/newer/note.txt", "A note.");

    await comeBack();

    expect(await hersIn("/Trail/huts/newer")).toEqual(["map.txt", "note.txt"]);
    expect([await hersIn("/Trail"), await told()]).toEqual([["huts"], []]);
  });

  it("is what programs save by: a new file is put over the old one", async () => {
    await write("/Trail/~map.tmp", "A better map.");
    await move("/Trail/~map.tmp", "/Trail/map.txt", { overwrite: true });
    await write("/Trail/~map.tmp", "The best map.");
    await move("/Trail/~map.tmp", "/Trail/map.txt", { overwrite: true });

    expect([await his("/Trail"), await read("/Trail/map.txt")]).toEqual([["huts", "map.txt"], "The best map."]);
    await comeBack();

    expect([await hersAt("/Trail/map.txt"), await hersIn("/Trail")]).toEqual(["The best map.", ["huts", "map.txt"]]);
    const { id } = await ownTree(alice).stat(names("/Trail/map.txt"));
    expect(await db().fileVersion.count({ where: { nodeId: id } })).toBe(1);
    expect([await steps(), await told()]).toEqual([0, []]);
  });

  it("is seen in its new place, though its cloud was looked at since it was made here", async () => {
    await write("/Trail/new.txt", "Too much.");
    await db().user.updateMany({ where: { id: alice.userId }, data: { quota: 14 } });
    await comeBack();
    await goAway();

    await move("/Trail/new.txt", "/Trail/huts/newer.txt");

    expect([await his("/Trail"), await his("/Trail/huts")]).toEqual([
      ["huts", "map.txt"],
      ["high", "one.txt", "newer.txt"],
    ]);
    await db().user.updateMany({ where: { id: alice.userId }, data: { quota: null } });
    await comeBack();
    expect(await hersAt("/Trail/huts/newer.txt")).toBe("Too much.");
  });

  it("replaces what is there only if that may be", async () => {
    await expect(move("/Trail/map.txt", "/Trail/huts/one.txt")).rejects.toMatchObject({ code: "NAME_TAKEN" });
    await move("/Trail/map.txt", "/Trail/huts/one.txt", { overwrite: true });

    await comeBack();

    expect([await hersAt("/Trail/huts/one.txt"), await hersIn("/Trail")]).toEqual(["A map.", ["huts"]]);
  });

  it("replaces nothing there if it is not there any more itself", async () => {
    await move("/Trail/map.txt", "/Trail/huts/one.txt", { overwrite: true });
    await move("/Trail/huts/one.txt", "/Trail/huts/three.txt");
    await ownTree(alice).remove(names("/Trail/map.txt"));

    await comeBack();

    expect([await hersIn("/Trail/huts"), await hersAt("/Trail/huts/one.txt")]).toEqual([["high", "one.txt"], "One."]);
    expect(await his("/Trail/huts")).toEqual(["high", "one.txt"]);
    expect(await told()).toMatchObject([
      { resource: "one.txt", what: "removed", reason: expect.stringMatching(/replace it/) },
      { resource: "map.txt", what: "moved" },
      { resource: "map.txt", what: "moved" },
    ]);
  });

  it("is left where it is if it is something else there by then", async () => {
    await move("/Trail/map.txt", "/Trail/chart.txt");
    await ownTree(alice).remove(names("/Trail/map.txt"));
    await makeFile(alice, "/Trail/map.txt", "Another map.");

    await comeBack();

    expect([await hersIn("/Trail"), await hersAt("/Trail/map.txt")]).toEqual([["huts", "map.txt"], "Another map."]);
    expect(await told()).toMatchObject([{ resource: "map.txt", reason: expect.stringMatching(/^Something else/) }]);
  });

  it("goes though it was changed there meanwhile", async () => {
    await move("/Trail/map.txt", "/Trail/chart.txt");
    await move("/Trail/huts", "/Trail/cabins");
    await makeFile(alice, "/Trail/map.txt", "A newer map.");
    await makeFile(alice, "/Trail/huts/hers.txt", "Hers.");

    await comeBack();

    expect([await hersIn("/Trail"), await hersAt("/Trail/chart.txt")]).toEqual([
      ["cabins", "chart.txt"],
      "A newer map.",
    ]);
    expect([await hersAt("/Trail/cabins/hers.txt"), await told()]).toEqual(["Hers.", []]);
  });

  it("was moved by a try whose answer was lost only if it is that which stands there", async () => {
    await move("/Trail/map.txt", "/Trail/chart.txt");
    await move("/Trail/huts", "/Trail/cabins");
    await db().offlineStep.updateMany({ data: { triedAt: new Date() } });
    await ownTree(alice).move(names("/Trail/huts"), names("/Trail/cabins"));
    await ownTree(alice).remove(names("/Trail/map.txt"));
    await makeFile(alice, "/Trail/chart.txt", "Her chart.");

    await comeBack();

    expect([await hersIn("/Trail"), await hersAt("/Trail/chart.txt")]).toEqual([["cabins", "chart.txt"], "Her chart."]);
    expect(await told()).toMatchObject([{ resource: "map.txt", what: "moved" }]);
  });

  it("has what was done in it later done where it still stands", async () => {
    await move("/Trail/huts", "/Trail/cabins");
    await move("/Trail/map.txt", "/Trail/cabins/map.txt");
    await remove("/Trail/cabins/one.txt");
    await ownTree(alice).remove(names("/Trail/huts"));
    await makeFile(alice, "/Trail/huts/one.txt", "Another.");

    await comeBack();

    expect([await hersIn("/Trail"), await hersIn("/Trail/huts")]).toEqual([["huts"], ["map.txt", "one.txt"]]);
    expect([await his("/Trail"), await his("/Trail/huts")]).toEqual([["huts"], ["map.txt", "one.txt"]]);
    expect(await told()).toMatchObject([
      { resource: "huts", what: "moved" },
      { resource: "one.txt", what: "removed" },
    ]);
  });

  it("keeps among one’s own files what was changed in a folder that a new file replaces", async () => {
    await write("/Trail/huts/one.txt", "First.");
    await write("/Trail/new.txt", "New.");
    await move("/Trail/new.txt", "/Trail/huts", { overwrite: true });

    expect(await contentOf(ownTree(bob), "/one (not sent).txt")).toBe("First.");
    await comeBack();
    expect([await hersIn("/Trail"), await hersAt("/Trail/huts")]).toEqual([["huts", "map.txt"], "New."]);
    expect(await told()).toMatchObject([{ resource: "one.txt", where: "own" }]);
  });

  it("is not moved between pinned places of which one is pinned no more", async () => {
    const share = await db().receivedShare.findFirstOrThrow({ where: { siteId: bob.siteId } });
    const pin = await db().offlinePin.findFirstOrThrow({ where: { siteId: bob.siteId } });
    const moving = moveHere({ share, pins: [pin, { ...pin, path: "/huts" }] }, [["map.txt"], ["huts", "map.txt"]], {});

    await expect(moving).rejects.toMatchObject({ code: "NODE_NOT_FOUND" });
    expect(await steps()).toBe(0);
  });

  it("is not moved to where that makes no sense", async () => {
    await expect(move("/Trail/none", "/Trail/more")).rejects.toMatchObject({ code: "NODE_NOT_FOUND" });
    await expect(move("/Trail/map.txt", "/Trail/none/map.txt")).rejects.toMatchObject({ code: "NODE_NOT_FOUND" });
    await expect(move("/Trail/huts", "/Trail/huts/high/huts")).rejects.toMatchObject({ code: "INTO_ITSELF" });
    await expect(move("/Trail/map.txt", "/Trail/a\\b")).rejects.toMatchObject({ code: "NAME_INVALID" });
    await expect(move("/Trail/map.txt", "/Trail/m", { ifMatch: "x" })).rejects.toMatchObject({ code: "ETAG_MISMATCH" });
    await db().receivedShare.updateMany({ where: { siteId: bob.siteId }, data: { role: "viewer" } });
    await expect(move("/Trail/map.txt", "/Trail/m.txt")).rejects.toMatchObject({ code: "READ_ONLY" });
    expect([await steps(), await his("/Trail")]).toEqual([0, ["huts", "map.txt"]]);
  });
});

it("a share as a whole may have another name here, of which its cloud hears nothing", async () => {
  await move("/Trail", "/Path");
  await write("/Path/map.txt", "A better map.");

  await comeBack();

  expect([await hersAt("/Trail/map.txt"), await read("/Path/huts/one.txt")]).toEqual(["A better map.", "One."]);
  expect([await steps(), await told()]).toEqual([0, []]);
});
