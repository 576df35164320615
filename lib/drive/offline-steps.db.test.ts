import { beforeEach, describe, expect, it } from "vitest";
import { db } from "@/lib/core/db";
import { AppError, conflict, forbidden, notFound } from "@/lib/core/errors";
import type { UserPrincipal } from "@/lib/core/principal";
import { endLock, takeLock } from "@/lib/files/locks";
import { ownTree } from "@/lib/files/own-tree";
import type { Tree, TreePath } from "@/lib/files/tree";
import { getUsage } from "@/lib/files/usage";
import { sendSteps } from "@/lib/sharing/received/offline/send-steps";
import { openRemote } from "@/lib/sharing/received/open-remote";
import { revokeShare } from "@/lib/sharing/sent/end-sent-shares";
import { deliverAll, type Friends } from "@/tests/clouds";
import { keptFolder } from "@/tests/kept-folder";
import { makeFile, names } from "@/tests/make-files";
import { drive } from "./drive";
import { getOfflineFacts, keepNoMore } from "./offline";
import { shownTree } from "./shown-tree";

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
let hers: Friends["here"];
beforeEach(() => {
  ({ alice, bob, sentId, here: hers } = kept.begun());
});

const listed = async (tree: Pick<Tree, "list">, path: string) =>
  (await tree.list(names(path))).items.map(({ name }) => name);

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
  hers.setAway(false);
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
