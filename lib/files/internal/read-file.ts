import { pool } from "@/lib/core/db";
import { logger } from "@/lib/core/logger";
import { resolveRange } from "@/lib/protocol/dav/range";
import { openBlob } from "../blobs/short";
import type { ReadOptions, ReadResult, TreePath } from "../tree";
import { type NodeRow, toEntry } from "./node-row";
import { fileDamaged, notAFile, rangeInvalid } from "./refusals";
import type { Scope } from "./scope";
import { walkTo } from "./walk";

/** @throws NODE_NOT_FOUND, NOT_A_FILE, RANGE_INVALID, FILE_DAMAGED */
export async function readFile(scope: Scope, node: NodeRow, path: TreePath, options: ReadOptions): Promise<ReadResult> {
  const opened = await openNode(scope, node, options);
  // Replaced just now, its old bytes may be gone already: the new ones are there.
  const again = opened ?? (await openNode(scope, (await walkTo(pool(), scope, path)).node, options));
  if (again) return again;
  // There, and without bytes. For another cloud that must not sound as if it were gone.
  logger("files").error({ siteId: scope.siteId, blobId: node.blobId }, "bytes of a file missing");
  throw fileDamaged();
}

async function openNode(
  scope: Scope,
  node: NodeRow,
  { range: asked, signal }: ReadOptions,
): Promise<ReadResult | null> {
  if (node.kind !== "file" || !node.blobId) throw notAFile();
  const entry = { ...toEntry(scope, node), size: Number(node.size) };
  const range = asked ? resolveRange(asked, entry.size) : null;
  if (asked && !range) throw rangeInvalid();
  const body = await openBlob({ siteId: scope.siteId, id: node.blobId }, entry.size, range ?? undefined);
  if (!body) return null;
  signal?.addEventListener("abort", () => body.destroy(), { once: true });
  return { entry, range, body };
}
