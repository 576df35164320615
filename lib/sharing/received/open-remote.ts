import { logger } from "@/lib/core/logger";
import type { StillAllowed, Tree } from "@/lib/files/tree";
import { accessToShare, noteWayIn, otherAccess } from "@/lib/sharing/received/access";
import { notingChanges } from "@/lib/sharing/received/known/own-changes";
import { lookAtShare, needsLook } from "@/lib/sharing/received/look-at-share";
import { type OpenedShare, openNear } from "@/lib/sharing/received/near-tree";
import { noteAnswer, noted, notedFailure } from "@/lib/sharing/received/note-reached";
import { readListing } from "@/lib/sharing/received/remote/listing";
import { FIRST_BYTE_MS, inTime, type Source } from "@/lib/sharing/received/remote/peer-folder";
import { readThumbnail } from "@/lib/sharing/received/remote/read-thumbnail";
import { davRemoteTree } from "@/lib/sharing/received/remote-tree";
import { guardedClient } from "@/lib/trust/guarded-client";
import type { ReceivedShare } from "@/prisma/generated/client";

/** What a cloud gets that was slow before it was asked for the thing itself. */
const FEWEST_MS = 1_000;

/** `bareTree` is the same tree, of whose changes nothing is put into what is known. */
type OpenedRemote = OpenedShare & { bareTree: Tree };

/**
 * Gets into a share on another cloud: the tree that it is, and how its folders are read. Whatever is asked of that cloud is
 * noted on the share, and what is changed in it in what is known of it here. Another site of this installation is not
 * asked: what it holds is in the same store, and `also` is judged in the transaction of a change there.
 *
 * @throws what `accessToShare` throws, PEER_*
 */
export async function openRemote(share: ReceivedShare, also?: StillAllowed): Promise<OpenedRemote> {
  const near = await notedFailure(share, () => openNear(share, also));
  if (near) return { ...near, ...notedTrees(share, near.tree) };
  const { siteId, id, provider, name } = share;
  const asked = Date.now();
  const firstByteMs = () => Math.max(FEWEST_MS, FIRST_BYTE_MS - (Date.now() - asked));
  const isUnknown = needsLook(share); // asked before getting in counts as an answer
  const getIn = () => inTime(provider, FIRST_BYTE_MS, accessToShare(siteId, id));
  const { baseUrl, hasAnswered } = await notedFailure(share, getIn);
  if (hasAnswered) await noteAnswer(share);
  let opens: string | undefined;
  const way = {
    baseUrl,
    provider,
    getAuthorization: async () => {
      const { authorization } = await accessToShare(siteId, id); // asks as well whether it may still be opened
      return opens ?? authorization;
    },
    others: {
      next: (refused: string[]) => otherAccess(siteId, id, refused),
      opened: (authorization: string) => {
        opens = authorization; // at once; what is written down serves whoever opens it next
        noteWayIn(siteId, id, authorization).catch((error) => {
          logger("sharing").warn({ err: error, siteId, receivedShareId: id, provider }, "way in not noted");
        });
      },
    },
    client: guardedClient(siteId),
  };
  if (isUnknown) await noted(share, () => lookAtShare(share, { ...way, firstByteMs: firstByteMs() }), []);
  const source: Source = { ...way, firstByteMs: firstByteMs() };
  const tree = davRemoteTree({
    ...source,
    resourceKind: share.resourceType === "file" ? "file" : "folder",
    name,
    canWrite: share.role === "editor",
  });
  return {
    ...notedTrees(share, tree),
    readListing: (path, as, counter) => readListing({ source, path, canWrite: true }, as, counter),
    // That it makes no small picture says nothing of how the share is.
    readThumbnail: (path, _makeHere, signal) => readThumbnail(source, path, signal),
  };
}

function notedTrees(share: ReceivedShare, tree: Tree): Pick<OpenedRemote, "tree" | "bareTree"> {
  const bareTree: Tree = {
    stat: (path) => noted(share, () => tree.stat(path), path),
    list: (path, page) => noted(share, () => tree.list(path, page), path),
    read: (path, options) => noted(share, () => tree.read(path, options), path),
    write: (path, body, options) => noted(share, () => tree.write(path, body, options)),
    makeFolder: (path) => noted(share, () => tree.makeFolder(path)),
    remove: (path, options) => noted(share, () => tree.remove(path, options)),
    move: (from, to, options) => noted(share, () => tree.move(from, to, options)),
    copy: (from, to, options) => noted(share, () => tree.copy(from, to, options)),
  };
  return { tree: notingChanges(share, bareTree), bareTree };
}
