import { pool } from "@/lib/core/db";
import { logger } from "@/lib/core/logger";
import type { Entry, Tree, TreePath } from "@/lib/files/tree";
import { currentFolder, keyOfPath, spellingsOf } from "@/lib/sharing/received/known/known-rows";
import { ifMatchOf } from "@/lib/sharing/received/remote/entries";
import type { ReceivedShare } from "@/prisma/generated/client";

/**
 * The same tree, after whose changes what is known of it is at once what they made of it. What is read tells as well how
 * a file is now: a listing names no other etag than the bytes came with.
 */
export function notingChanges(share: ReceivedShare, tree: Tree): Tree {
  if (share.resourceType === "file") return tree;
  const note = async (work: () => Promise<void>) => {
    // The change is made: should this fail, the next look at the folder finds it.
    await work().catch((error) =>
      logger("sharing").warn({ receivedShareId: share.id, error: error.message }, "own change not noted"),
    );
  };
  return {
    ...tree,
    async read(path, options) {
      const result = await tree.read(path, options);
      await note(() => noteRead(share, path, result.entry));
      return result;
    },
    async write(path, body, options) {
      const result = await tree.write(path, body, options);
      await note(() => putKnown(share, path, result.entry));
      return result;
    },
    async makeFolder(path) {
      const entry = await tree.makeFolder(path);
      await note(() => putKnown(share, path, entry));
      return entry;
    },
    async remove(path, options) {
      await tree.remove(path, options);
      await note(() => dropKnown(share, path));
    },
    async move(from, to, options) {
      const entry = await tree.move(from, to, options);
      await note(async () => {
        await dropKnown(share, from);
        await dropKnown(share, to);
        await putKnown(share, to, entry);
      });
      return entry;
    },
    async copy(from, to, options) {
      const entry = await tree.copy(from, to, options);
      await note(async () => {
        await dropKnown(share, to);
        await putKnown(share, to, entry);
      });
      return entry;
    },
  };
}

/** What is read of the folder from before counts no more, and it is time to ask again: what that finds is shown. */
const TOUCH = `
  UPDATE "KnownFolder" SET "changedHereAt" = clock_timestamp(), digest = '',
         "nextLookAt" = least("nextLookAt", clock_timestamp())
   WHERE ${currentFolder("$1", "$2", "$3")} RETURNING "siteId", id`;

const PUT = `
WITH folder AS (${TOUCH})
INSERT INTO "KnownEntry" ("siteId", "folderId", name, "entryId", "isFile", size, etag, "modifiedAt", "mayWrite")
SELECT "siteId", id, $4, $5, $6, $7, $8, $9, $10 FROM folder
ON CONFLICT ("siteId", "folderId", name) DO UPDATE SET "entryId" = excluded."entryId", "isFile" = excluded."isFile",
       size = excluded.size, etag = excluded.etag, "modifiedAt" = excluded."modifiedAt", "mayWrite" = excluded."mayWrite"`;

/** Lets something stand in the known listing of its folder, if that is known. */
export async function putKnown(
  { siteId, id: receivedShareId }: ReceivedShare,
  path: TreePath,
  entry: Entry,
): Promise<void> {
  const above = keyOfPath(path.slice(0, -1));
  if (above === null) return;
  const { id, kind, size, etag, modifiedAt, canWrite } = entry;
  const told = [entry.name, id, kind === "file", size ?? 0, etag, modifiedAt, canWrite];
  await pool().query({ name: "known-put", text: PUT, values: [siteId, receivedShareId, above, ...told] });
}

const READ = `
WITH entry AS (
  UPDATE "KnownEntry" entry SET etag = $5, size = $6, "modifiedAt" = $7
    FROM (SELECT "siteId", id FROM "KnownFolder" WHERE ${currentFolder("$1", "$2", "$3")}) folder
   WHERE entry."siteId" = folder."siteId" AND entry."folderId" = folder.id AND entry.name = ANY ($4::text[])
     AND entry."isFile" AND entry.etag <> $5
  RETURNING entry."siteId", entry."folderId"
)
UPDATE "KnownFolder" folder SET "nextLookAt" = least("nextLookAt", clock_timestamp()) FROM entry
 WHERE folder."siteId" = entry."siteId" AND folder.id = entry."folderId"`;

/** An etag that we made up says nothing of a listing's. */
async function noteRead({ siteId, id }: ReceivedShare, path: TreePath, { etag, size, modifiedAt }: Entry) {
  const [above, name = ""] = [keyOfPath(path.slice(0, -1)), path.at(-1)];
  if (above === null || ifMatchOf(etag) === null) return;
  const values = [siteId, id, above, spellingsOf(name), etag, size, modifiedAt];
  await pool().query({ name: "known-read", text: READ, values });
}

const DROP = `
WITH folder AS (${TOUCH}), below AS (
  DELETE FROM "KnownFolder"
   WHERE "siteId" = $1 AND (path = $4 OR starts_with(path, $4 || '/'))
     AND "nodeId" = (SELECT id FROM "FileNode" WHERE "siteId" = $1 AND "mountId" = $2 LIMIT 1)
)
DELETE FROM "KnownEntry" entry USING folder
 WHERE entry."siteId" = folder."siteId" AND entry."folderId" = folder.id AND entry.name = ANY ($5::text[])`;

/** Forgets what stood at a path, with all below it. */
export async function dropKnown({ siteId, id }: ReceivedShare, path: TreePath): Promise<void> {
  const [above, key, name = ""] = [keyOfPath(path.slice(0, -1)), keyOfPath(path), path.at(-1)];
  if (above === null || key === null) return;
  await pool().query({ name: "known-drop", text: DROP, values: [siteId, id, above, key, spellingsOf(name)] });
}
