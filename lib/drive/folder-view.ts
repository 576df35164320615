import type { z } from "zod";
import type { UserPrincipal } from "@/lib/core/principal";
import { findMount } from "@/lib/files/mounts";
import { EntryView } from "@/lib/files/schema";
import { hasThumbnail } from "@/lib/files/thumbnails/has-thumbnail";
import type { Entry, TreePath } from "@/lib/files/tree";
import type { KnownOptions } from "@/lib/sharing/received/known/known-tree";
import { type KnownShare, listKnownShares } from "@/lib/sharing/received/known-shares";
import { whichHaveThumbnails, whichTopsHaveThumbnails } from "@/lib/sharing/received/thumbnails/which-have";
import { listRecipients } from "@/lib/sharing/sent/recipients";
import { viewOffline, viewOfflineTops } from "./offline";
import { type DriveEntryView, FolderView, FreshnessView, PlacedEntryView, SourceView } from "./schema";
import { shownTree } from "./shown-tree";
import { whyGone } from "./why-gone";

/** An entry as the JSON API gives it. */
export const viewEntry = (entry: Entry): EntryView =>
  EntryView.parse({ ...entry, modifiedAt: entry.modifiedAt.toISOString() });

/**
 * A page of a folder, the folder itself, and from whom it comes; among one's own, how each thing is shared. What is on
 * another cloud comes as it was last known.
 *
 * @throws NOT_KNOWN_YET, SHARE_ENDED, SHARE_EXPIRED, SHARE_LEFT where a received share stood, and what the tree throws
 */
export async function getFolder(
  user: UserPrincipal,
  path: TreePath,
  page: { after?: string; limit?: number } = {},
  options?: KnownOptions,
): Promise<FolderView> {
  const tree = shownTree(user, options);
  const reading = Promise.all([tree.stat(path), tree.list(path, page), findSource(user, path)]);
  const [folder, { items, next, unshown = 0, seenAt }, from] = await reading.catch(async (error) => {
    throw await whyGone(user, path, error);
  });
  const mount = from && (await findMount(user, path));
  const shown = mount ? await viewReceived(user, mount, items) : await viewWithShares(user, items);
  const seen = seenAt?.toISOString() ?? null;
  return FolderView.parse({ folder: viewEntry(folder), from, items: shown, next, unshown, seenAt: seen });
}

/** What stands at a path, how it is shared, and from whom it comes. @throws what `getFolder` throws */
export async function getEntry(user: UserPrincipal, path: TreePath): Promise<z.infer<typeof PlacedEntryView>> {
  const reading = Promise.all([shownTree(user).stat(path), findSource(user, path)]);
  const [entry, from] = await reading.catch(async (error) => {
    throw await whyGone(user, path, error);
  });
  // Inside a share nothing is known but what its cloud says; where it stands, all of it.
  const mount = from && !entry.receivedShareId ? await findMount(user, path) : null;
  const [viewed] = mount
    ? await viewReceived(user, { ...mount, rest: mount.rest.slice(0, -1) }, [entry])
    : await viewWithShares(user, [entry]);
  return PlacedEntryView.parse({ ...viewed, from });
}

/** Entries of a folder of a received share, with how each is kept here, and whether it can be shown small. */
async function viewReceived(
  user: UserPrincipal,
  mount: Parameters<typeof viewOffline>[1],
  entries: Entry[],
): Promise<DriveEntryView[]> {
  const [offline, small] = await Promise.all([
    viewOffline(user, mount, entries),
    whichHaveThumbnails(user, mount, entries),
  ]);
  return entries.map((entry, index) => {
    const isHere = offline[index]?.state === "here" || offline[index]?.state === "waiting";
    const isShownSmall = small[index] || (isHere && hasThumbnail(entry));
    return { ...viewEntry(entry), offline: offline[index], hasThumbnail: isShownSmall ? true : undefined };
  });
}

/**
 * How old what is shown of a folder on another cloud is, and what is wrong. Asking for it is what shows that somebody
 * has the folder open: its cloud is asked behind that.
 *
 * @throws what `getFolder` throws
 */
export async function getFreshness(user: UserPrincipal, path: TreePath): Promise<FreshnessView> {
  const looking = shownTree(user, { mayWait: false }).list(path, { limit: 1 });
  const [{ seenAt }, from] = await Promise.all([looking, findSource(user, path)]);
  return FreshnessView.parse({ seenAt: seenAt?.toISOString() ?? null, problem: from?.problem ?? null });
}

/** Through which received share a path leads, without asking its cloud; null among one's own files. */
export async function findSource(user: UserPrincipal, path: TreePath): Promise<SourceView | null> {
  const mount = await findMount(user, path);
  if (!mount) return null;
  const [share] = await listKnownShares(user, [mount.receivedShareId]);
  return share ? viewSource(share) : null;
}

/** Entries among one's own, with from whom they come or with whom they are shared: few statements for a whole page. */
export async function viewWithShares(user: UserPrincipal, entries: Entry[]): Promise<DriveEntryView[]> {
  const mounts = entries.flatMap(({ receivedShareId }) => receivedShareId ?? []);
  const own = entries.flatMap(({ id, receivedShareId }) => (receivedShareId ? [] : id));
  const [shares, recipients, offline, small] = await Promise.all([
    listKnownShares(user, mounts),
    listRecipients(user, own),
    viewOfflineTops(user, mounts),
    whichTopsHaveThumbnails(user, entries),
  ]);
  const sources = new Map(shares.map((share) => [share.receivedShareId, viewSource(share)]));
  const sharedWith = new Map(recipients.map(({ nodeId, count, names }) => [nodeId, { count, names }]));
  return entries.map((entry) => {
    const { id, receivedShareId = "" } = entry;
    const isHere =
      receivedShareId === "" || small.has(receivedShareId) || offline.get(receivedShareId)?.state === "here";
    return {
      ...viewEntry(entry),
      source: sources.get(receivedShareId),
      sharedWith: sharedWith.get(id),
      offline: offline.get(receivedShareId),
      hasThumbnail: isHere && hasThumbnail(entry) ? true : undefined,
    };
  });
}

const viewSource = (share: KnownShare): SourceView =>
  SourceView.parse({ ...share, expiresAt: share.expiresAt?.toISOString() ?? null });
