import { once } from "node:events";
import { afterEach, beforeEach, expect, it } from "vitest";
import { db } from "@/lib/core/db";
import type { UserPrincipal } from "@/lib/core/principal";
import { ownTree } from "@/lib/files/own-tree";
import { stopLive } from "@/lib/notices/live";
import { tendCopies } from "@/lib/sharing/received/offline/tend-copies";
import { type Friends, shareAndAccept, startFriends } from "@/tests/clouds";
import { bytes, contentOf, makeFile, names, namesIn } from "@/tests/make-files";
import { startProgram } from "@/tests/program";
import { drive } from "./drive";
import { keepHere } from "./offline";

// What was changed while its cloud was away is sent by a process that is killed on the way: each time once the other
// cloud has done what it was asked, and before anybody hears of it.
let friends: Friends;
let alice: UserPrincipal;
let bob: UserPrincipal;

const job = () => ({ siteId: bob.siteId, provider: friends.here.site.provider });
const write = (path: string, content: string) => drive(bob).write(names(path), bytes(content));
const move = (from: string, to: string) => drive(bob).move(names(from), names(to));

/**
 * Bob has changed a file, changed one that Alice has changed as well, and made a folder with a file in it; has moved a
 * file that he changed, and a folder to where Alice has put another; and has deleted a file, and a folder into which
 * Alice has put something.
 */
beforeEach(async () => {
  friends = await startFriends("two servers");
  ({ alice, bob } = friends);
  await makeFile(alice, "/Trail/map.txt", "A map.");
  await makeFile(alice, "/Trail/plan.txt", "A plan.");
  for (const name of ["old/moved.txt", "ways/north.txt", "gone.txt", "left/gone.txt", "left/more/gone.txt"]) {
    await makeFile(alice, `/Trail/${name}`, name);
  }
  await shareAndAccept(alice, bob, { name: "Trail", contact: friends.bobAtAlices });
  await keepHere(bob, ["Trail"]);
  await tendCopies(job());
  const where = { siteId: bob.siteId };
  await db().receivedShare.updateMany({ where, data: { failure: "It is away.", isAway: true } });
  await write("/Trail/map.txt", "A better map.");
  await write("/Trail/plan.txt", "Bob’s plan.");
  await drive(bob).makeFolder(names("/Trail/huts"));
  await write("/Trail/huts/new.txt", "New.");
  await write("/Trail/old/moved.txt", "Moved.");
  await move("/Trail/old/moved.txt", "/Trail/huts/moved.txt");
  await move("/Trail/ways", "/Trail/paths");
  await write("/Trail/paths/south.txt", "South.");
  for (const name of ["old", "gone.txt", "left"]) await drive(bob).remove(names(`/Trail/${name}`));
  await ownTree(alice).write(names("/Trail/plan.txt"), bytes("Alice’s plan."));
  await makeFile(alice, "/Trail/paths", "A file.");
  await makeFile(alice, "/Trail/left/hers.txt", "Hers.");
});
afterEach(async () => {
  await friends.stop();
  await stopLive();
});

/** Runs the job in a process of its own, and kills that at the `count`-th request of a method. False: it ended before. */
async function runAndKill(method: string, count: number): Promise<boolean> {
  const { siteId, provider } = job();
  const child = startProgram("tend-copies", [siteId, provider]);
  const ended = once(child, "exit");
  let left = count;
  friends.here.beforeDav(async (asked) => {
    if (asked !== method || --left !== 0) return;
    child.kill("SIGKILL");
    await ended;
  });
  const [, signal] = await ended;
  friends.here.beforeDav(async () => {});
  return signal === "SIGKILL";
}

const marked = (name: string) => `${name} (conflict of Bob, ${new Date().toISOString().slice(0, 10)})`;

async function expectAllOnce(): Promise<void> {
  const beside = `${marked("plan")}.txt`;
  const files = ["map.txt", beside, "plan.txt", "paths"];
  expect((await namesIn(ownTree(alice), "/Trail")).sort()).toEqual(["huts", "left", marked("paths"), ...files].sort());
  expect(await namesIn(ownTree(alice), "/Trail/huts")).toEqual(["moved.txt", "new.txt"]);
  expect(await namesIn(ownTree(alice), "/Trail/left")).toEqual(["hers.txt"]);
  expect(await namesIn(ownTree(alice), `/Trail/${marked("paths")}`)).toEqual(["north.txt", "south.txt"]);
  const hers = (path: string) => contentOf(ownTree(alice), path);
  expect(await hers("/Trail/map.txt")).toBe("A better map.");
  expect(await hers("/Trail/plan.txt")).toBe("Alice’s plan.");
  expect(await hers(`/Trail/${beside}`)).toBe("Bob’s plan.");
  expect(await hers("/Trail/huts/new.txt")).toBe("New.");
  expect(await hers("/Trail/huts/moved.txt")).toBe("Moved.");
  expect(await hers(`/Trail/${marked("paths")}/south.txt`)).toBe("South.");
  const { siteId } = bob;
  expect(await db().offlineCopy.count({ where: { siteId, baseEtag: { not: null } } })).toBe(0);
  expect(await db().offlineStep.count({ where: { siteId } })).toBe(0);
  expect(await namesIn(ownTree(bob), "/")).toEqual(["Trail"]);
  expect((await namesIn(drive(bob), "/Trail")).sort()).toEqual(["huts", "left", marked("paths"), ...files].sort());
}

/** The job asks for each so often at the least. */
const STEPS: Record<string, number[]> = {
  MKCOL: [1],
  MOVE: [1, 2, 3],
  DELETE: [1, 2, 3, 4],
  PUT: [1, 2, 3, 4, 5, 6],
  PROPFIND: [1, 3, 5, 7],
  GET: [1],
};
const EACH = Object.entries(STEPS).flatMap(([method, counts]) => counts.map((count) => [method, count] as const));
// A process of its own takes its time to start.
const SLOW = { timeout: 120_000 };
it.each(EACH)("all is there once, though the server was killed at %s number %i", SLOW, async (method, count) => {
  expect(await runAndKill(method, count)).toBe(true);

  await tendCopies(job());

  await expectAllOnce();
});

it("all is there once, though the server was killed at one step after the other", SLOW, async () => {
  for (const method of ["MKCOL", "MOVE", "DELETE", "PUT"]) await runAndKill(method, 1);

  await tendCopies(job());

  await expectAllOnce();
});
