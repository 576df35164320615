import { config } from "@/lib/core/config";
import { db } from "@/lib/core/db";
import type { UserPrincipal } from "@/lib/core/principal";
import { damagedFiles } from "@/lib/files/blobs/concerned";
import type { StorageView } from "@/lib/files/schema";

const MOST_SHOWN = 200;

/** Where the bytes of the site are, how far their scrub is, and what it has found that still holds. */
export async function getStorage({ siteId }: UserPrincipal): Promise<StorageView> {
  const { current, scrubDays } = config().store;
  const [round, damaged] = await Promise.all([
    db().blobScrub.findUnique({ where: { siteId } }),
    damagedFiles(siteId, MOST_SHOWN),
  ]);
  return {
    store: current,
    scrubDays,
    round: round && {
      startedAt: round.startedAt.toISOString(),
      finishedAt: round.finishedAt?.toISOString() ?? null,
      blobs: round.blobs,
      bytes: Number(round.bytes),
      allBlobs: round.allBlobs,
      allBytes: Number(round.allBytes),
      failure: round.failure,
    },
    damaged,
  };
}
