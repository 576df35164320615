import { ownTree } from "@/lib/files/own-tree";
import { acceptShare } from "@/lib/sharing/received/answer-share";
import { listReceivedShares } from "@/lib/sharing/received/received-shares";
import { sendShare } from "@/lib/sharing/sent/send-share";
import { befriend, deliverAll, startCloud } from "@/tests/clouds";
import { openFiles } from "@/tests/dav-files";
import { makeUser } from "@/tests/make";

/** Bob's files as his program sees them: `/Hut` is Alice's, on another cloud, and he may edit it. Stop it at the end. */
export async function startWithReceivedFolder() {
  const [hers, his] = [await startCloud(), await startCloud()];
  const alice = await makeUser({ site: hers.site, displayName: "Alice" });
  const bob = await makeUser({ site: his.site, userName: "bob" });
  const [contact] = await befriend(alice, bob);
  const { id: nodeId } = await ownTree(alice).makeFolder(["Hut"]);
  const recipient = { kind: "contact" as const, id: contact.id };
  await sendShare(alice, { nodeId, recipient, role: "editor", expiresAt: null, note: "" });
  await deliverAll();
  for (const { id } of (await listReceivedShares(bob)).items) await acceptShare(bob, id);
  const dav = await openFiles(his.site.origin.replace("peer.localhost", "127.0.0.1"), bob);
  const stop = () => Promise.all([hers.stop(), his.stop()]);
  return { alice, bob, dav, stop };
}
