import type { Tx } from "@/lib/core/db";
import type { ReceivedShare } from "@/prisma/generated/client";

/** Lets whoever looks next at anything of a share have its cloud asked, whatever the pause. */
export async function makeDue(tx: Tx, { siteId, id }: Pick<ReceivedShare, "siteId" | "id">): Promise<void> {
  await tx.$executeRaw`
    UPDATE "KnownFolder" SET "nextLookAt" = now(), "pauseMs" = 0
     WHERE "siteId" = ${siteId}::uuid AND "isCurrent" AND "nodeId" IN (
       SELECT id FROM "FileNode" WHERE "siteId" = ${siteId}::uuid AND "mountId" = ${id}::uuid)`;
}
