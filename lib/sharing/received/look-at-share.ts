import { db } from "@/lib/core/db";
import { touchTopic } from "@/lib/notices/live";
import { isReachedNow } from "@/lib/sharing/received/note-reached";
import { allowsResharing, allowsWriting, sizeOf } from "@/lib/sharing/received/remote/entries";
import type { Source } from "@/lib/sharing/received/remote/peer-folder";
import { claimsOfFile } from "@/lib/sharing/received/remote/propfind";
import type { ReceivedShare } from "@/prisma/generated/client";

/**
 * Whether a share must be looked at before it is opened: all Nextclouds call everything a file, and older clouds tell
 * neither in the offer nor later what may be done with it.
 */
export function needsLook(share: ReceivedShare): boolean {
  const isUnseen = share.resourceType === "file" && share.size === null;
  return isUnseen || (share.webdavUri === "" && !isReachedNow(share));
}

/** Asks what stands at the root of a share and what may be done there, and writes it down, on the row at hand too. */
export async function lookAtShare(share: ReceivedShare, source: Source): Promise<void> {
  const claims = await claimsOfFile({ source, path: [], canWrite: true });
  // What an offer of the newer form grants, it says.
  const isOlder = share.webdavUri === "";
  const mayWrite = isOlder ? allowsWriting(claims) : null;
  const size = claims.kind === "file" ? (sizeOf(claims.size) ?? 0) : null;
  const seen = {
    resourceType: claims.kind,
    size: size === null ? null : BigInt(size),
    role: mayWrite === null ? share.role : mayWrite ? ("editor" as const) : ("viewer" as const),
    canReshare: (isOlder ? allowsResharing(claims) : null) ?? share.canReshare,
  };
  const isNews = (Object.keys(seen) as (keyof typeof seen)[]).some((name) => seen[name] !== share[name]);
  if (!isNews) return;
  const { siteId, id, receiverId } = Object.assign(share, seen);
  await db().$transaction(async (tx) => {
    await tx.receivedShare.updateMany({ where: { siteId, id }, data: seen });
    await touchTopic(tx, siteId, [receiverId], "shares-received");
    await touchTopic(tx, siteId, [receiverId], "files");
  });
}
