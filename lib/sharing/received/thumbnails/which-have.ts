import { db } from "@/lib/core/db";
import { hasThumbnail } from "@/lib/files/thumbnails/has-thumbnail";
import type { Entry, TreePath } from "@/lib/files/tree";
import type { Receiver } from "@/lib/sharing/received/open-share";
import { whichAreKept } from "@/lib/sharing/received/thumbnails/kept-thumbnails";
import { getProviderRecord } from "@/lib/trust/provider-record";
import { SHARE_THUMBNAILS } from "@/lib/trust/site-discovery";

/**
 * Of which things in a folder of a received share a small picture can be had, for all that is known here: no other cloud
 * is asked.
 */
export async function whichHaveThumbnails(
  { siteId, userId }: Receiver,
  { receivedShareId, rest }: { receivedShareId: string; rest: TreePath },
  entries: Entry[],
): Promise<boolean[]> {
  const likely = entries.map(hasThumbnail);
  if (!likely.includes(true)) return likely;
  const share = await findShare(siteId, userId, receivedShareId);
  if (!share) return entries.map(() => false);
  if (share.provider === "" || (await canMakeThem(siteId, share.provider))) return likely;
  const things = entries.map(({ name, etag }) => ({ path: [...rest, name], etag }));
  const kept = await whichAreKept(share, things);
  return likely.map((isLikely, index) => isLikely && kept[index] === true);
}

/** The same of received shares themselves that are one file each, by their ids. */
export async function whichTopsHaveThumbnails({ siteId, userId }: Receiver, entries: Entry[]): Promise<Set<string>> {
  const ids = entries.flatMap((entry) => (hasThumbnail(entry) ? (entry.receivedShareId ?? []) : []));
  if (ids.length === 0) return new Set();
  const shares = await db().receivedShare.findMany({
    where: { siteId, receiverId: userId, id: { in: ids } },
    select: { siteId: true, id: true, provider: true, etag: true },
  });
  const others = new Set(shares.flatMap(({ provider }) => (provider === "" ? [] : provider)));
  const able = new Set([""]);
  for (const provider of others) if (await canMakeThem(siteId, provider)) able.add(provider);
  const isKept = ({ etag, ...share }: (typeof shares)[number]) => whichAreKept(share, [{ path: [], etag }]);
  const have = await Promise.all(
    shares.map(async (share) => able.has(share.provider) || (await isKept(share))[0] === true),
  );
  return new Set(shares.flatMap(({ id }, index) => (have[index] ? id : [])));
}

const findShare = (siteId: string, receiverId: string, id: string) =>
  db().receivedShare.findFirst({
    where: { siteId, receiverId, id },
    select: { siteId: true, id: true, provider: true },
  });

/** As far as its document was read before. */
export async function canMakeThem(siteId: string, provider: string): Promise<boolean> {
  const { discovery } = await getProviderRecord(siteId, provider);
  return discovery?.capabilities.includes(SHARE_THUMBNAILS) ?? false;
}
