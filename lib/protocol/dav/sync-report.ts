import { AppError, forbidden, invalid } from "@/lib/core/errors";
import type { PropfindQuery } from "./propfind";
import { namesIn } from "./propfind";
import { childOf, readXml, type XmlElement } from "./read-xml";
import { DAV } from "./xml";

/** What a client asks that follows a collection: everything where it shows no token. */
export type SyncReport = { token: string; limit: number | null; query: PropfindQuery };

/**
 * Reads the body of a REPORT, of which we know one: `sync-collection` of a collection's own members.
 *
 * @throws XML_INVALID, BODY_TOO_LARGE (413), REPORT_UNKNOWN, SYNC_TOO_DEEP (403)
 * @see RFC 6578, section 3.2
 */
export async function readSyncReport(body: AsyncIterable<Uint8Array>): Promise<SyncReport> {
  const root = await readXml(body);
  if (!root) throw invalid("XML_INVALID", "A report is asked for by its name.");
  if (root.namespace !== DAV || root.name !== "sync-collection") {
    throw forbidden("REPORT_UNKNOWN", "There is no such report here.");
  }
  const token = childOf(root, "sync-token");
  const level = childOf(root, "sync-level");
  const prop = childOf(root, "prop");
  if (!token || !level || !prop) throw invalid("XML_INVALID", "This is no sync-collection.");
  if (textOf(level) !== "1") throw forbidden("SYNC_TOO_DEEP", "A folder is followed by itself: ask with sync-level 1.");
  return { token: textOf(token), limit: limitOf(root), query: { mode: "prop", names: namesIn(prop) } };
}

function limitOf(root: XmlElement): number | null {
  const limit = childOf(root, "limit");
  const results = limit && childOf(limit, "nresults");
  if (!results) return null;
  if (!/^[1-9]\d{0,8}$/.test(textOf(results))) throw invalid("XML_INVALID", "That is no number of results.");
  return Number(textOf(results));
}

const textOf = ({ content }: XmlElement) =>
  content
    .filter((part) => typeof part === "string")
    .join("")
    .trim();

/** 507: what there is to tell is more than the client takes, and is not told in part. */
export const tooManyToTell = () =>
  new AppError(507, "SYNC_LIMIT", "More has changed than you want to hear of at once. Ask without a limit.");
