import type { IncomingMessage, ServerResponse } from "node:http";
import { finished, pipeline } from "node:stream/promises";
import { ZipFile } from "yazl";
import { z } from "zod";
import { AppError } from "@/lib/core/errors";
import { once } from "@/lib/core/once";
import { turns } from "@/lib/core/turns";
import { openedDrive } from "@/lib/drive/opened-drive";
import { type Selected, statSelection, walkSelection } from "@/lib/drive/walk-selection";
import { PathText } from "@/lib/files/schema";
import type { Tree, TreePath } from "@/lib/files/tree";
import { principalOfRequest } from "@/lib/http/node-request";
import { disposition } from "./file-headers";
import { isDeparture } from "./send-file";
import { watchAccess } from "./watch-access";

const MAX_BODY = 1_048_576;
const Form = z.object({
  folder: PathText,
  name: z.array(z.string().min(1).max(1024)).min(1).max(10_000),
  check: z.array(z.string()).max(1),
});

/** Of one person: what an archive holds is remembered until it ends. */
const AT_ONCE = 2;
const PATIENCE_MS = 5_000;
const inTurn = () => once("zip-turns", () => turns({ atOnce: AT_ONCE, patienceMs: PATIENCE_MS, tooLate: tooMany }));
const tooMany = () =>
  new AppError(429, "TOO_MANY_REQUESTS", "Two archives are on their way to you. Wait until one of them has arrived.", {
    retryAfter: 30,
  });

/** What gets shorter when it is deflated; pictures, films and archives are that already. */
const DEFLATED = /^text\/|[/+](json|xml|javascript|yaml|toml|sql|rtf|x-sh)$/;

/**
 * POST of a form with `folder` and a `name` for each thing in it: all of that in one archive, which is made while it is
 * sent. Whatever fails on the way breaks the answer off, so that nobody takes a part for the whole. With `check` it
 * says only whether it could begin.
 */
export async function answerZip(req: IncomingMessage, res: ServerResponse): Promise<void> {
  const user = await principalOfRequest(req);
  const form = new URLSearchParams(await readForm(req));
  const { folder, name, check } = Form.parse({
    folder: form.get("folder"),
    name: form.getAll("name"),
    check: form.getAll("check"),
  });
  const tree = openedDrive(user);
  const signal = watchAccess(res, tree.stillAllowed);
  const chosen = await statSelection(tree, folder, name);
  if (check.length > 0) return void res.writeHead(204).end();

  await inTurn()(`${user.siteId} ${user.userId}`, async () => {
    const only = chosen.length === 1 ? chosen[0]?.entry.name : folder.at(-1);
    res.writeHead(200, {
      "content-type": "application/zip",
      "content-disposition": disposition("attachment", `${only ?? "Files"}.zip`),
      "x-content-type-options": "nosniff",
      "cache-control": "private, no-store",
    });
    try {
      await sendZip(tree, chosen, res, signal);
    } catch (error) {
      res.destroy();
      if (!isDeparture(error) && !signal.aborted) throw error;
    }
  });
}

async function readForm(req: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of req.iterator({ destroyOnReturn: false })) {
    size += chunk.length;
    if (size > MAX_BODY)
      throw new AppError(413, "BODY_TOO_LARGE", "This is too much at once. Take a whole folder instead.");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

/** One file is open at a time, and read no faster than the client takes it. */
async function sendZip(tree: Tree, chosen: Selected[], res: ServerResponse, signal: AbortSignal): Promise<void> {
  const zip = new ZipFile();
  const broken = new Promise<never>((_, reject) => zip.once("error", reject));
  const sent = pipeline(zip.outputStream, res);
  const fill = async () => {
    for await (const selected of walkSelection(tree, chosen)) await addToZip(zip, tree, selected, signal);
    zip.end();
    await sent;
  };
  await Promise.race([fill(), broken, sent]);
}

async function addToZip(
  zip: ZipFile,
  tree: Tree,
  { entry, path, within }: Selected,
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted();
  const place = placeOf(within);
  if (entry.kind === "folder") return zip.addEmptyDirectory(place, { mtime: entry.modifiedAt });
  const { entry: read, body } = await tree.read(path, { signal });
  const compress = DEFLATED.test(read.mediaType ?? "");
  const taken = finished(body);
  zip.addReadStream(body, place, { mtime: read.modifiedAt, size: read.size, compress });
  await taken;
}

/** Programs take a letter with a colon for a drive, and yazl lets no such path in. No name holds a backslash. */
const placeOf = (within: TreePath) => within.join("/").replace(/^([a-z]):/i, "$1_");
