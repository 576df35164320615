import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { db } from "@/lib/core/db";
import { AppError, conflict, forbidden, notFound } from "@/lib/core/errors";
import type { UserPrincipal } from "@/lib/core/principal";
import { endLock, takeLock } from "@/lib/files/locks";
import { ownTree } from "@/lib/files/own-tree";
import type { Tree, TreePath } from "@/lib/files/tree";
import { getUsage } from "@/lib/files/usage";
import { stopLive } from "@/lib/notices/live";
import { moveHere } from "@/lib/sharing/received/offline/change-here";
import { sendSteps } from "@/lib/sharing/received/offline/send-steps";
import { tendCopies } from "@/lib/sharing/received/offline/tend-copies";
import { openRemote } from "@/lib/sharing/received/open-remote";
import { revokeShare } from "@/lib/sharing/sent/end-sent-shares";
import { updateSentShare } from "@/lib/sharing/sent/update-sent-share";
import { deliverAll, type Friends, shareAndAccept, startFriends } from "@/tests/clouds";
import { bytes, contentOf, makeFile, names, namesIn } from "@/tests/make-files";
import { drive } from "./drive";
import { getFolder } from "./folder-view";
import { getOfflineFacts, keepHere, keepNoMore } from "./offline";
import { programsTree, shownTree } from "./shown-tree";

let friends: Friends;
let alice: UserPrincipal;
let bob: UserPrincipal;
let sentId: string;

/** Bob, on another cloud, keeps a copy of a folder that Alice lets him edit; then her cloud goes away. */
beforeEach(async () => {
  friends = await startFriends("two servers");
  ({ alice, bob } = friends);
  await makeFile(alice, "/Trail/map.txt", "A map.");
  await makeFile(alice, "/Trail/huts/one.txt", "One.");
  await makeFile(alice, "/Trail/huts/high/two.txt", "Two.");
  ({ sentId } = await shareAndAccept(alice, bob, { name: "Trail", contact: friends.bobAtAlices }));
  await keepHere(bob, ["Trail"]);
  await tend();
  await goAway();
});
afterEach(async () => {
  await friends.stop();
  await stopLive();
});

const tend = () => tendCopies({ siteId: bob.siteId, provider: friends.here.site.provider });
const goAway = async () => {
  friends.here.setAway(true);
  const where = { siteId: bob.siteId };
  await db().receivedShare.updateMany({ where, data: { failure: "It is away.", isAway: true } });
};
/** Her cloud answers again, but has not been told of anything. */
const answerAgain = async () => {
  friends.here.setAway(false);
  await db().breaker.deleteMany();
  await db().receivedShare.updateMany({ where: { siteId: bob.siteId }, data: { failure: null, isAway: false } });
};
const comeBack = async () => {
  await answerAgain();
  await tend();
};
const move = (from: string, to: string, options = {}) => drive(bob).move(names(from), names(to), options);
const remove = (path: string, options = {}) => drive(bob).remove(names(path), options);
const write = (path: string, content: string) => drive(bob).write(names(path), bytes(content));
const read = async (path: string) => text((await drive(bob).read(names(path))).body);
const hersAt = (path: string) => contentOf(ownTree(alice), path);
const hersIn = (path: string) => namesIn(ownTree(alice), path);
const his = (path: string) => namesIn(drive(bob), path);
const listed = async (tree: Pick<Tree, "list">, path: string) =>
  (await tree.list(names(path))).items.map(({ name }) => name);
const steps = () => db().offlineStep.count({ where: { siteId: bob.siteId } });
const told = async () => {
  const kind = { in: ["change-not-made", "edit-kept-apart"] };
  const rows = await db().notice.findMany({ where: { siteId: bob.siteId, kind }, orderBy: { id: "asc" } });
  return rows.map(({ about }) => about);
};
const marked = (name: string, extension = "") =>
  `${name} (conflict of Bob, ${new Date().toISOString().slice(0, 10)})${extension}`;

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

describe("what is deleted while its cloud is away", () => {
  it("is gone at once, and there when that cloud is back, as one", async () => {
    await remove("/Trail/huts");
    await remove("/Trail/map.txt");

    for (const tree of [drive(bob), shownTree(bob)]) expect(await listed(tree, "/Trail")).toEqual([]);
    await expect(read("/Trail/map.txt")).rejects.toMatchObject({ code: "NODE_NOT_FOUND" });
    expect((await getUsage(bob)).used).toBe(0);
    await answerAgain();
    expect(await his("/Trail")).toEqual([]);
    await expect(read("/Trail/huts/one.txt")).rejects.toMatchObject({ code: "NODE_NOT_FOUND" });
    await tend();

    expect([await hersIn("/Trail"), await steps(), await told()]).toEqual([[], 0, []]);
    const inTrash = await db().fileNode.findMany({ where: { ownerId: alice.userId, trashedAt: { not: null } } });
    expect(inTrash.map(({ name }) => name).sort()).toEqual(["huts", "map.txt"]);
  });

  it("is not deleted there if it was changed meanwhile, and one is told", async () => {
    await remove("/Trail/map.txt");
    await makeFile(alice, "/Trail/map.txt", "Alice’s map.");

    await comeBack();

    expect([await hersAt("/Trail/map.txt"), await read("/Trail/map.txt")]).toEqual(["Alice’s map.", "Alice’s map."]);
    expect(await listed(shownTree(bob), "/Trail")).toEqual(["huts", "map.txt"]);
    expect(await told()).toMatchObject([
      { resource: "map.txt", what: "removed", reason: expect.stringMatching(/changed/) },
    ]);
  });

  it("loses of a folder nothing that was put there or changed meanwhile", async () => {
    await remove("/Trail/huts");
    await makeFile(alice, "/Trail/huts/hers.txt", "Hers.");

    await comeBack();

    expect([await hersIn("/Trail/huts"), await his("/Trail/huts")]).toEqual([["hers.txt"], ["hers.txt"]]);
    expect(await told()).toMatchObject([{ resource: "huts", what: "removed", reason: expect.stringMatching(/^Some/) }]);
  });

  it("leaves its place to something new", async () => {
    await remove("/Trail/huts");
    await drive(bob).makeFolder(names("/Trail/huts"));
    await write("/Trail/huts/other.txt", "Other.");

    expect(await his("/Trail/huts")).toEqual(["other.txt"]);
    await comeBack();

    expect([await hersIn("/Trail/huts"), await told()]).toEqual([["other.txt"], []]);
  });

  it("needs no telling there if it was only here", async () => {
    await write("/Trail/new.txt", "New.");
    await remove("/Trail/new.txt");
    await drive(bob).makeFolder(names("/Trail/new"));
    await remove("/Trail/new");

    expect([await steps(), await his("/Trail"), (await getUsage(bob)).used]).toEqual([0, ["huts", "map.txt"], 14]);
  });

  it("may have been moved or changed here before", async () => {
    await write("/Trail/map.txt", "A better map.");
    await move("/Trail/map.txt", "/Trail/huts/chart.txt");
    await move("/Trail/huts", "/Trail/cabins");
    await remove("/Trail/cabins");

    await comeBack();

    expect([await hersIn("/Trail"), await told()]).toEqual([[], []]);
  });

  it("is gone already if its owner deleted it too", async () => {
    await remove("/Trail/huts");
    await remove("/Trail/map.txt");
    await ownTree(alice).remove(names("/Trail/huts"));
    await ownTree(alice).remove(names("/Trail/map.txt"));

    await comeBack();

    expect([await steps(), await told()]).toEqual([0, []]);
  });

  it("is deleted only as it was seen", async () => {
    await expect(remove("/Trail/map.txt", { ifMatch: "x" })).rejects.toMatchObject({ code: "ETAG_MISMATCH" });
    await expect(remove("/Trail/none")).rejects.toMatchObject({ code: "NODE_NOT_FOUND" });
  });
});

it("a pin is not let go of before what was done in it is done there, and all is forgotten when the share ends", async () => {
  await move("/Trail/huts", "/Trail/cabins");

  await expect(keepNoMore(bob, ["Trail"])).rejects.toMatchObject({ status: 409, code: "EDITS_WAIT" });
  friends.here.setAway(false);
  await revokeShare(alice, sentId);
  await deliverAll();
  expect(await steps()).toBe(0);
});

describe("what is sent", () => {
  const inAMinute = () => Date.now() + 60_000;
  /** Bob’s job, as it asks a cloud that does something else than it should. */
  async function send(instead: (there: Tree) => Partial<Tree>, endsAt = inAMinute()) {
    const share = await db().receivedShare.findFirstOrThrow({ where: { siteId: bob.siteId } });
    const { nodeId } = await db().offlinePin.findFirstOrThrow({ where: { siteId: bob.siteId } });
    const { bareTree } = await openRemote(share);
    return sendSteps(share, nodeId, { ...bareTree, ...instead(bareTree) }, endsAt);
  }
  const refuse = (error: Error) => async () => {
    throw error;
  };

  it("is given up where a cloud says of every name that it is taken, though nothing is there", async () => {
    await move("/Trail/map.txt", "/Trail/chart.txt");
    await answerAgain();
    const asked: string[] = [];

    await send(() => ({
      move: async (_from, to) => {
        asked.push(to.join("/"));
        throw conflict("NAME_TAKEN", "It says so.");
      },
    }));

    expect([asked.length, new Set(asked).size]).toEqual([21, 21]);
    expect([asked[0], asked[1], asked[2]]).toEqual([
      "chart.txt",
      marked("chart", ".txt"),
      marked("chart", ".txt").replace(")", ", 2)"),
    ]);
    expect(await told()).toMatchObject([{ resource: "map.txt", what: "moved" }]);
    expect([await steps(), await his("/Trail")]).toEqual([0, ["huts", "map.txt"]]);
  });

  it("is settled once, by whoever of two is first", async () => {
    await move("/Trail/map.txt", "/Trail/chart.txt");
    await answerAgain();
    await send((there) => ({
      move: async (from, to) => {
        const moved = await there.move(from, to);
        await send(() => ({}));
        return moved;
      },
    }));
    const afterFirst = await told();
    await goAway();
    await move("/Trail/chart.txt", "/Trail/map.txt");
    await answerAgain();
    const readOnly = refuse(forbidden("READ_ONLY", "It says so."));
    await send(() => ({
      move: async () => {
        await send(() => ({ move: readOnly }));
        return readOnly();
      },
    }));

    expect([afterFirst, await steps(), await hersIn("/Trail")]).toEqual([[], 0, ["huts", "chart.txt"]]);
    expect(await told()).toMatchObject([{ resource: "chart.txt", what: "moved" }]);
  });

  it("is asked for as that cloud spells it", async () => {
    await answerAgain();
    for (const name of ["é.txt", "è.txt"]) await makeFile(alice, `/Trail/${name.normalize("NFC")}`, "Accents.");
    await tend();
    await goAway();
    await remove(`/Trail/${"é.txt".normalize("NFC")}`);
    await move(`/Trail/${"è.txt".normalize("NFC")}`, "/Trail/e.txt");
    await answerAgain();

    await send((there) => {
      const spelled = (path: TreePath): TreePath => {
        if (path.some((name) => name !== name.normalize("NFD"))) throw notFound("NODE_NOT_FOUND", "It says so.");
        return path.map((name) => name.normalize("NFC"));
      };
      return {
        stat: async (path) => there.stat(spelled(path)),
        remove: async (path, options) => there.remove(spelled(path), options),
        move: async (from, to) => there.move(spelled(from), spelled(to)),
      };
    });

    expect([await hersIn("/Trail"), await told()]).toEqual([["huts", "e.txt", "map.txt"], []]);
  });

  it("goes on another time once its time is up", async () => {
    await move("/Trail/map.txt", "/Trail/chart.txt");
    await answerAgain();

    expect(await send(() => ({}), 0)).toEqual({ hasSent: false, problem: null, isOver: true });
    expect(await steps()).toBe(1);
  });

  it("has another day once its cloud was away, and is known to have been tried", async () => {
    await move("/Trail/map.txt", "/Trail/chart.txt");
    const [long, tried] = [new Date(Date.now() - 90_000_000), new Date(0)];
    await db().offlineStep.updateMany({ data: { triedAt: tried, refusedAt: long } });
    await tend();
    await answerAgain();
    const locked = refuse(new AppError(423, "LOCKED", "It says so."));

    expect(await send(() => ({ move: locked }))).toMatchObject({ problem: "map.txt: It says so." });
    expect(await db().offlineStep.findFirstOrThrow()).toMatchObject({ triedAt: tried, toPath: "/chart.txt" });
  });
});

it("what that cloud does not do for now waits, with all that comes after it, and is given up after a day", async () => {
  await move("/Trail/huts", "/Trail/cabins");
  await remove("/Trail/map.txt");
  await write("/Trail/cabins/new.txt", "New.");
  const lock = { isDeep: true, isExclusive: true, holder: "", seconds: 600 };
  const { id } = await takeLock(alice, { ...lock, path: names("/Trail/huts") });
  await comeBack();

  expect([await hersIn("/Trail"), await his("/Trail")]).toEqual([["huts", "map.txt"], ["cabins"]]);
  expect(await getOfflineFacts(bob, ["Trail"])).toMatchObject({ steps: 2, problem: expect.stringMatching(/^huts: /) });
  await db().offlineStep.updateMany({ data: { refusedAt: new Date(Date.now() - 90_000_000) } });
  await tend();

  expect([await hersIn("/Trail"), await his("/Trail"), await steps()]).toEqual([["huts"], ["huts"], 0]);
  expect(await listed(shownTree(bob), "/Trail/huts")).toEqual(["high", "one.txt", "new.txt"]);
  await endLock(alice, id);
  await tend();
  expect(await hersAt("/Trail/huts/new.txt")).toBe("New.");
  expect(await told()).toMatchObject([{ resource: "huts", what: "moved" }]);
});
