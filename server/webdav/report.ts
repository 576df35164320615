import { AppError, forbidden, hasCode } from "@/lib/core/errors";
import { findMount } from "@/lib/files/mounts";
import { folderChanges, syncTokenOf } from "@/lib/files/sync";
import type { Entry } from "@/lib/files/tree";
import { depthOf } from "@/lib/protocol/dav/headers";
import { readSyncReport, type SyncReport, tooManyToTell } from "@/lib/protocol/dav/sync-report";
import { escapeXml } from "@/lib/protocol/dav/xml";
import { getEntry } from "./conditions";
import { type DavExchange, hrefOf, type OwnFiles } from "./exchange";
import { openPages, type Parts, responseWriter, sendMultistatus } from "./propfind";
import { methodNotAllowed } from "./reply";

/**
 * REPORT: what has changed in one of a person's own folders, for who follows it. What is in a received share is not
 * followed: another cloud does not tell us of its changes.
 *
 * @see RFC 6578
 */
export async function answerReport(exchange: DavExchange): Promise<void> {
  const { request, response, mount, path } = exchange;
  if (!mount.own) throw methodNotAllowed("There are no reports here.");
  const report = await readSyncReport(request);
  if (request.headers.depth !== undefined && depthOf(request.headers) !== "0") {
    throw new AppError(400, "HEADER_INVALID", "A folder is followed with Depth 0.");
  }
  const folder = await getEntry(mount.tree, path);
  if (folder.kind !== "folder" || (await findMount(mount.own.user, path))) {
    throw forbidden("REPORT_UNKNOWN", "Only a folder of one's own can be followed.");
  }
  const parts = await (report.token === "" ? wholeFolder : whatChanged)(exchange, mount.own, folder, report);
  await sendMultistatus(response, parts);
}

type Find = (exchange: DavExchange, own: OwnFiles, folder: Entry, report: SyncReport) => Promise<Parts>;

/** The token is older than what is read with it: what changes in between is told twice, and nothing not at all. */
const wholeFolder: Find = async (exchange, own, folder, { query, limit }) => {
  const token = await syncTokenOf(own.user, folder.id);
  const pages = await openPages(exchange);
  const responsesOf = await responseWriter(exchange, query);
  if (limit !== null) await requireWithin(await openPages(exchange), limit);
  return (async function* () {
    for await (const page of pages) yield* responsesOf(page, { isListed: true });
    yield [tokenPart(token)];
  })();
};

async function requireWithin(pages: AsyncIterable<Entry[]>, limit: number): Promise<void> {
  let count = 0;
  for await (const page of pages) {
    count += page.length;
    if (count > limit) throw tooManyToTell();
  }
}

const whatChanged: Find = async (exchange, own, folder, { token: since, query, limit }) => {
  const changes = await folderChanges(own.user, folder.id, since);
  if (!changes) throw forbidden("SYNC_TOKEN_INVALID", "This folder must be read anew: ask without a token.");
  const { changed, gone, token } = changes;
  if (limit !== null && changed.length + gone.length > limit) throw tooManyToTell();
  const responsesOf = await responseWriter(exchange, query);
  return (async function* () {
    for (const name of gone) yield [gonePart(exchange, name)];
    for (const name of changed) {
      const entry = await findChild(exchange, name);
      if (entry) yield* responsesOf([entry], { isListed: true });
      else yield [gonePart(exchange, name)];
    }
    yield [tokenPart(token)];
  })();
};

/** Null: it went just now. */
async function findChild({ mount, path }: DavExchange, name: string): Promise<Entry | null> {
  return mount.tree.stat([...path, name]).catch((error) => {
    if (hasCode(error, "NODE_NOT_FOUND")) return null;
    throw error;
  });
}

const tokenPart = (token: string) => `<d:sync-token>${escapeXml(token)}</d:sync-token>`;

/** Whether it was a folder nobody knows any more. */
function gonePart({ mount, asked }: DavExchange, name: string): string {
  const href = escapeXml(hrefOf(mount.root, [...asked, name], "file"));
  return `<d:response><d:href>${href}</d:href><d:status>HTTP/1.1 404 Not Found</d:status></d:response>\n`;
}
