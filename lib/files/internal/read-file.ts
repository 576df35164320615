import { pool } from "@/lib/core/db";
import { AppError } from "@/lib/core/errors";
import { blobStore } from "../blobs/store";
import type { ByteRange, ReadOptions, ReadResult, TreePath } from "../tree";
import { type NodeRow, toEntry } from "./node-row";
import { absent, notAFile } from "./refusals";
import type { Scope } from "./scope";
import { walkTo } from "./walk";

/** @throws NODE_NOT_FOUND, NOT_A_FILE, RANGE_INVALID */
export async function readFile(scope: Scope, node: NodeRow, path: TreePath, options: ReadOptions): Promise<ReadResult> {
  const opened = await openNode(scope, node, options);
  // Replaced just now, its old bytes may be gone already: the new ones are there.
  return (
    opened ?? (await openNode(scope, (await walkTo(pool(), scope, path)).node, options)) ?? Promise.reject(absent())
  );
}

async function openNode(
  scope: Scope,
  node: NodeRow,
  { range: asked, signal }: ReadOptions,
): Promise<ReadResult | null> {
  if (node.kind !== "file" || !node.blobId) throw notAFile();
  const entry = toEntry(scope, node);
  const range = asked ? clampRange(asked, entry.size) : null;
  const body = await blobStore().open({ siteId: scope.siteId, id: node.blobId }, range ?? undefined);
  if (!body) return null;
  signal?.addEventListener("abort", () => body.destroy(), { once: true });
  return { entry, range, body };
}

/** The bytes that are there of those that were asked for. @throws RANGE_INVALID if none is */
export function clampRange(asked: NonNullable<ReadOptions["range"]>, size: number): ByteRange {
  const start = "suffix" in asked ? Math.max(0, size - asked.suffix) : asked.first;
  const end = "suffix" in asked ? size - 1 : Math.min(asked.last ?? size - 1, size - 1);
  if (start > end || start >= size) throw new AppError(416, "RANGE_INVALID", "The file has no such bytes.");
  return { start, end };
}
