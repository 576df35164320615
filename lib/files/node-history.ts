import { pool } from "@/lib/core/db";
import { isId } from "@/lib/core/ids";
import { absent } from "./internal/refusals";
import { getNode } from "./nodes";

type Owner = { siteId: string; userId: string };
/** Something that happened to a node; `who` null is its owner. */
export type NodeEvent = { at: Date } & (
  | { kind: "added" | "written"; who: string | null }
  | { kind: "renamed"; from: string }
  /** Of the folder the name; null: that is gone. */
  | { kind: "moved"; from: string | null }
  | { kind: "restored" }
  /** What is in a folder. */
  | { kind: "written-inside"; who: string | null; name: string }
);

const MOST = 50;

const WRITES = `
SELECT n."modifiedAt" AS "at", n."writtenBy" AS "who" FROM "FileNode" n
WHERE n."siteId" = $1 AND n."id" = $2 AND n."kind" = 'file'
UNION ALL
SELECT v."writtenAt", v."writtenBy" FROM "FileVersion" v WHERE v."siteId" = $1 AND v."nodeId" = $2
ORDER BY 1 DESC LIMIT ${MOST}`;

const INSIDE = `
SELECT n."modifiedAt" AS "at", n."writtenBy" AS "who", n."name" FROM "FileNode" n
WHERE n."siteId" = $1 AND n."parentId" = $2 AND n."kind" = 'file' AND n."trashedAt" IS NULL
ORDER BY 1 DESC LIMIT ${MOST}`;

/** Each with the place that was left by it, and the place where it is now. */
const LEAVINGS = `
SELECT c."at", c."formerName" AS "name", c."formerParentId" AS "folderId", f."name" AS "folder", f."parentId" IS NULL AS "isRoot",
  f."id" IS NOT NULL AS "isThere", n."name" AS "nameNow", n."parentId" AS "folderNow", n."createdAt"
FROM "FileNode" n
LEFT JOIN LATERAL (
  SELECT * FROM "FileChange" c WHERE c."siteId" = n."siteId" AND c."nodeId" = n."id" AND c."formerParentId" IS NOT NULL
  ORDER BY c."id" DESC LIMIT ${MOST}) c ON true
LEFT JOIN "FileNode" f ON f."siteId" = $1 AND f."ownerId" = n."ownerId" AND f."id" = c."formerParentId"
WHERE n."siteId" = $1 AND n."ownerId" = $3 AND n."id" = $2
ORDER BY c."id" DESC`;

type Written = { at: Date; who: string | null };
type Leaving = {
  at: Date | null;
  name: string;
  folderId: string;
  folder: string | null;
  isRoot: boolean;
  isThere: boolean;
  nameNow: string;
  folderNow: string;
  createdAt: Date;
};

/**
 * What happened to a node of one's own, as far as it is remembered: who wrote it (as versions are kept), where it was
 * (for a month), and of a folder what changed last in it.
 *
 * @throws NODE_NOT_FOUND
 */
export async function listNodeEvents(owner: Owner, nodeId: string): Promise<NodeEvent[]> {
  if (!isId(nodeId)) throw absent();
  const { kind } = await getNode(owner, nodeId);
  const values = [owner.siteId, nodeId];
  const [writes, inside, leavings] = await Promise.all([
    pool().query<Written>(WRITES, values),
    kind === "folder" ? pool().query<Written & { name: string }>(INSIDE, values) : { rows: [] },
    pool().query<Leaving>(LEAVINGS, [...values, owner.userId]),
  ]);
  const createdAt = leavings.rows[0]?.createdAt ?? new Date(0);
  // A file comes with its content, and a copy with that of another.
  const isFirst = ({ at }: Written) => at <= createdAt;
  return [
    { at: createdAt, kind: "added", who: writes.rows.find(isFirst)?.who ?? null },
    ...writes.rows.filter((write) => !isFirst(write)).map((write) => ({ ...write, kind: "written" as const })),
    ...inside.rows.map((write) => ({ ...write, kind: "written-inside" as const })),
    ...eventsOf(leavings.rows),
  ];
}

/** What each change of place was, by the place that it led to: the one that the next change left. */
function eventsOf(leavings: Leaving[]): NodeEvent[] {
  return leavings.flatMap(({ at, name, folderId, folder, isRoot, isThere, nameNow, folderNow }, index): NodeEvent[] => {
    if (!at) return [];
    const next = leavings[index - 1];
    const to = next ? { name: next.name, folderId: next.folderId } : { name: nameNow, folderId: folderNow };
    if (folderId !== to.folderId) return [{ at, kind: "moved", from: isThere ? (isRoot ? "Files" : folder) : null }];
    return [name === to.name ? { at, kind: "restored" } : { at, kind: "renamed", from: name }];
  });
}
