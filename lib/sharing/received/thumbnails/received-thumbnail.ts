import { AppError, hasCode, notFound } from "@/lib/core/errors";
import { once } from "@/lib/core/once";
import { turns } from "@/lib/core/turns";
import { mediaTypeOf } from "@/lib/files/media-types";
import { findOfflineCopy } from "@/lib/files/offline-copies";
import { hasThumbnail } from "@/lib/files/thumbnails/has-thumbnail";
import { type Thumbnail, thumbnailOfBlob } from "@/lib/files/thumbnails/thumbnail";
import type { Entry, TreePath } from "@/lib/files/tree";
import { findKnownEntry, keyOfPath } from "@/lib/sharing/received/known/known-rows";
import { openRemote } from "@/lib/sharing/received/open-remote";
import { getOpenShare, type Receiver } from "@/lib/sharing/received/open-share";
import { findKeptThumbnail, keepThumbnail } from "@/lib/sharing/received/thumbnails/kept-thumbnails";
import { sharePrincipalOfRecipient } from "@/lib/sharing/sent/share-access";
import { thumbnailInShare } from "@/lib/sharing/sent/thumbnail-in-share";
import { discoverProvider } from "@/lib/trust/discover-provider";
import { requireAllowedProvider } from "@/lib/trust/provider-record";
import { SHARE_THUMBNAILS } from "@/lib/trust/site-discovery";
import type { ReceivedShare } from "@/prisma/generated/client";

/** Of one cloud, for all who look: what is asked of it beside must not wait for pictures. */
const AT_ONCE = 4;
const PATIENCE_MS = 20_000;

const notNow = () =>
  new AppError(503, "BUSY", "This small picture cannot be had just now. Try again in a while.", { retryAfter: 60 });
const none = () => notFound("NO_THUMBNAIL", "Of this there is no small picture.");
const inTurn = () =>
  once("received-thumbnails", () => turns({ atOnce: AT_ONCE, patienceMs: PATIENCE_MS, tooLate: notNow }));

/** Where a received share stands, and a path in it. */
type Place = { receivedShareId: string; nodeId: string; rest: TreePath };

/**
 * The small picture of a picture that somebody shares: made here of bytes that are here; else the one that is kept of what
 * was last seen there; else the one that its cloud makes, if that can. A cloud of which it is known that it does not
 * answer is not asked.
 *
 * @throws NO_THUMBNAIL, NODE_NOT_FOUND (404), BUSY (503), PEER_*, and what `getOpenShare` throws
 */
export async function getReceivedThumbnail(user: Receiver, place: Place, signal?: AbortSignal): Promise<Thumbnail> {
  const { receivedShareId, nodeId, rest: path } = place;
  const share = await getOpenShare(user, receivedShareId);
  const { siteId, userId } = user;
  if (share.provider === "") {
    return thumbnailInShare(await sharePrincipalOfRecipient(siteId, share.providerId, userId), path, signal);
  }
  await requireAllowedProvider(siteId, share.provider);
  const entry = await seenEntry(share, path);
  const copy = await findOfflineCopy(user, { nodeId, path: keyOfPath(path) ?? "/" });
  const isCurrent = copy && (copy.baseEtag !== null || copy.entry.etag === entry?.etag);
  if (isCurrent) {
    const { size } = copy.entry;
    const made = await thumbnailOfBlob(user, { blobId: copy.blobId, name: nameOf(share, path), size }, { signal });
    return { ...made, etag: copy.entry.etag };
  }
  if (!entry || !hasThumbnail(entry)) throw none();
  const kept = await findKeptThumbnail(share, path, entry.etag);
  const bytes = kept === undefined ? await askThere(share, path, entry, signal) : kept;
  if (!bytes) throw none();
  return { etag: entry.etag, bytes };
}

const nameOf = ({ name }: ReceivedShare, path: TreePath) => path.at(-1) ?? name;

/** As it was last seen; no other cloud is asked. */
async function seenEntry(
  share: ReceivedShare,
  path: TreePath,
): Promise<Pick<Entry, "kind" | "size" | "mediaType" | "etag"> | null> {
  if (share.resourceType !== "file") return (await findKnownEntry(share, path))?.entry ?? null;
  if (path.length > 0 || share.size === null || share.etag === "") return null;
  return { kind: "file", size: Number(share.size), mediaType: mediaTypeOf(share.name), etag: share.etag };
}

/** What comes is kept, if it is of what was last seen there. Null: there is none. */
async function askThere(share: ReceivedShare, path: TreePath, { etag }: { etag: string }, signal?: AbortSignal) {
  const { siteId, provider, failure } = share;
  if (failure !== null) throw notNow();
  const { capabilities } = await discoverProvider(siteId, provider);
  if (!capabilities.includes(SHARE_THUMBNAILS)) return null;
  const ask = async () => {
    signal?.throwIfAborted();
    return (await openRemote(share)).readThumbnail(path, thumbnailInShare, signal);
  };
  const made = await inTurn()(`${siteId} ${provider}`, ask).catch((error) => {
    if (hasCode(error, "NODE_NOT_FOUND") || hasCode(error, "NO_THUMBNAIL")) return { etag, bytes: null };
    throw error;
  });
  if (made.etag !== etag) throw notNow(); // the listing is about to say so as well
  await keepThumbnail(share, path, made);
  return made.bytes;
}
