import { text } from "node:stream/consumers";
import { afterEach, beforeEach } from "vitest";
import { db } from "@/lib/core/db";
import { drive } from "@/lib/drive/drive";
import { keepHere } from "@/lib/drive/offline";
import { ownTree } from "@/lib/files/own-tree";
import { stopLive } from "@/lib/notices/live";
import { tendCopies } from "@/lib/sharing/received/offline/tend-copies";
import { type Friends, shareAndAccept, startFriends } from "@/tests/clouds";
import { bytes, contentOf, makeFile, names, namesIn } from "@/tests/make-files";

/**
 * Before each test of a file: Bob, on another cloud, keeps a copy of the folder “Trail” that Alice lets him edit, and her
 * cloud is away. `files` maps paths in it to texts. What is given back works in that, and `begun` says who is who.
 */
export function keptFolder(files: Record<string, string>) {
  let friends: Friends;
  let sentId: string;
  beforeEach(async () => {
    friends = await startFriends("two servers");
    const { alice, bob, bobAtAlices } = friends;
    for (const [path, content] of Object.entries(files)) await makeFile(alice, `/Trail/${path}`, content);
    ({ sentId } = await shareAndAccept(alice, bob, { name: "Trail", contact: bobAtAlices }));
    await keepHere(bob, ["Trail"]);
    await tend();
    await goAway();
  });
  afterEach(async () => {
    await friends.stop();
    await stopLive();
  });

  const tend = () => tendCopies({ siteId: friends.bob.siteId, provider: friends.here.site.provider });
  /** As Bob’s cloud has noticed. */
  const note = (seen: { failure: string | null; isAway: boolean }) =>
    db().receivedShare.updateMany({ where: { siteId: friends.bob.siteId }, data: seen });
  const goAway = async () => {
    friends.here.setAway(true);
    await note({ failure: "It is away.", isAway: true });
  };
  /** Her cloud answers again, but has not been told of anything. */
  const answerAgain = async () => {
    friends.here.setAway(false);
    await db().breaker.deleteMany();
    await note({ failure: null, isAway: false });
  };
  const told = async () => {
    const where = { siteId: friends.bob.siteId, kind: { in: ["change-not-made", "edit-kept-apart"] } };
    const rows = await db().notice.findMany({ where, orderBy: { id: "asc" } });
    return rows.map(({ about }) => about);
  };

  return {
    begun: () => ({ ...friends, sentId }),
    ...{ tend, goAway, answerAgain },
    comeBack: async () => {
      await answerAgain();
      await tend();
    },
    makeFolder: (path: string) => drive(friends.bob).makeFolder(names(path)),
    move: (from: string, to: string, options = {}) => drive(friends.bob).move(names(from), names(to), options),
    remove: (path: string, options = {}) => drive(friends.bob).remove(names(path), options),
    write: (path: string, content: string, options = {}) =>
      drive(friends.bob).write(names(path), bytes(content), options),
    read: async (path: string) => text((await drive(friends.bob).read(names(path))).body),
    hersAt: (path: string) => contentOf(ownTree(friends.alice), path),
    hersIn: (path: string) => namesIn(ownTree(friends.alice), path),
    his: (path: string) => namesIn(drive(friends.bob), path),
    /** What Alice’s cloud has not heard of yet, but for files. */
    steps: () => db().offlineStep.count({ where: { siteId: friends.bob.siteId } }),
    /** What Bob was told of what did not go as he did it. */
    told,
    /** The name under which something of Bob’s comes beside what took its own. */
    marked: (name: string, extension = "") =>
      `${name} (conflict of Bob, ${new Date().toISOString().slice(0, 10)})${extension}`,
  };
}
