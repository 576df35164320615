import type { z } from "zod";
import { isAppError, tooMany } from "@/lib/core/errors";
import { once } from "@/lib/core/once";
import type { SharePrincipal } from "@/lib/core/principal";
import { turns } from "@/lib/core/turns";
import type { FoundView } from "@/lib/files/schema";
import { SearchQuery } from "@/lib/files/schema";
import { searchBelow } from "@/lib/files/search/search-files";
import { MOST_FOUND } from "@/lib/sharing/schema";
import type { FoundInShare, ShareSearchRequest, ShareSearchResponse } from "@/lib/sharing/search/messages";
import { limitAccess } from "@/lib/sharing/sent/limit-access";
import { sharePrincipalOfBearer } from "@/lib/sharing/sent/share-access";

/** Of one cloud, however many of its people search; and of all together, each of which holds a connection. */
const AT_ONCE = { ofCloud: 2, ofAll: 3 };
/** All times together stay below the patience of whoever asks. */
const PATIENCE_MS = 750;
/** After so long what was found so far is the answer. */
const RUN_MS = 2_000;
/** Fits into what the asking cloud reads of an answer. */
const MOST_BYTES = 48 * 1024;

/** No failure, as which whoever asks would count a 503 on the page of this cloud: he is one of too many. */
const tooLate = () =>
  tooMany("TOO_MANY_REQUESTS", "Much is searched here just now. Try again in a while.", { retryAfter: 5 });
const line = (atOnce: number) => turns({ atOnce, patienceMs: PATIENCE_MS, tooLate });
const lines = () => once("share-search-turns", () => ({ ofCloud: line(AT_ONCE.ofCloud), ofAll: line(AT_ONCE.ofAll) }));

function inTurn<T>(cloud: string, work: () => Promise<T>): Promise<T> {
  const { ofCloud, ofAll } = lines();
  return ofCloud(cloud, () => ofAll("all", work));
}

type Answer = z.input<typeof ShareSearchResponse>;

/**
 * What another cloud finds in shares of which it has the access tokens: below the shared folder and nowhere else, as long
 * as the share stands. Bounded in time, number and bytes; a share that does not open, or whose turn does not come, is
 * left out.
 *
 * @throws TOO_MANY_REQUESTS
 * @see FEDERATION.md, "Extension: search in shares"
 */
export function answerSearch(
  siteId: string,
  provider: string,
  { shares, ...asked }: ShareSearchRequest,
): Promise<Answer> {
  return inTurn(`${siteId} ${provider}`, async () => {
    const endsAt = Date.now() + RUN_MS;
    const results: Answer["results"] = [];
    const left = { items: MOST_FOUND, bytes: MOST_BYTES };
    for (const { providerId, accessToken } of shares) {
      if (Date.now() > endsAt || left.items === 0) break;
      const share = await openFor(siteId, provider, providerId, accessToken);
      const found = share && (await searchSafely(share, SearchQuery.parse({ ...asked, limit: left.items })));
      if (!found) continue;
      const items = found.items.filter((item) => fits(item, left));
      results.push({ providerId, items, isMore: found.isMore || items.length < found.items.length });
    }
    return { results };
  });
}

type Found = { items: FoundInShare[]; isMore: boolean };

/** What a share holds that fits. @throws BUSY */
async function searchInShare({ siteId, ownerId, nodeId }: SharePrincipal, query: SearchQuery): Promise<Found> {
  const { items, next, isWhole } = await searchBelow({ siteId, userId: ownerId }, nodeId, query);
  return { items: items.map(told), isMore: next !== null || !isWhole };
}

const told = ({ name, folder, kind, size, modifiedAt, snippet }: FoundView): FoundInShare => ({
  ...{ name, kind, size, modifiedAt, snippet },
  folder: folder.split("/").filter(Boolean),
});

function fits(item: FoundInShare, left: { items: number; bytes: number }): boolean {
  const bytes = Buffer.byteLength(JSON.stringify(item)) + 1;
  if (left.items === 0 || bytes > left.bytes) return false;
  left.items--;
  left.bytes -= bytes;
  return true;
}

/** Null: it does not open, or is another cloud's. */
async function openFor(siteId: string, provider: string, shareId: string, token: string) {
  const share = await unlessRefused(sharePrincipalOfBearer(siteId, shareId, token), [401, 404, 503]);
  if (share?.provider !== provider) return null;
  limitAccess(share);
  return share;
}

/** As `searchInShare`; null where it takes too long, which is no reason to say nothing of the others. */
export const searchSafely = (share: SharePrincipal, query: SearchQuery) =>
  unlessRefused(searchInShare(share, query), [503]);

async function unlessRefused<T>(work: Promise<T>, statuses: number[]): Promise<T | null> {
  return work.catch((error) => {
    if (isAppError(error) && statuses.includes(error.status)) return null;
    throw error;
  });
}
