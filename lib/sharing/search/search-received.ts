import { isAppError } from "@/lib/core/errors";
import { logger } from "@/lib/core/logger";
import { mediaTypeOf } from "@/lib/files/media-types";
import { listMounts } from "@/lib/files/mounts";
import type { FoundView, SearchQuery } from "@/lib/files/schema";
import { getOpenShare, type Receiver } from "@/lib/sharing/received/open-share";
import { FoundOnCloud, MOST_FOUND } from "@/lib/sharing/schema";
import { searchSafely } from "@/lib/sharing/search/answer-search";
import { askSearch } from "@/lib/sharing/search/ask-search";
import type { FoundInShare } from "@/lib/sharing/search/messages";
import { searchKnown } from "@/lib/sharing/search/search-known";
import { sharePrincipalOfRecipient } from "@/lib/sharing/sent/share-access";
import { requireAllowedProvider } from "@/lib/trust/provider-record";
import type { ReceivedShare } from "@/prisma/generated/client";

/** Of one person, in one search; those that changed their place last. */
const MOST_MOUNTS = 200;
/** Clouds that are asked in one search; of the others is told what is known of them. */
const MOST_CLOUDS = 24;

type Placed = { share: ReceivedShare; nodeId: string; path: string };
type Found = { items: FoundInShare[]; isMore: boolean };

/**
 * What stands inside the folders that others share with a person and fits, cloud by cloud as it comes: first, of each,
 * what is known here by its names; then what it finds itself, if it can search, or why it did not answer. The people of
 * one's own cloud are one of them, called "". No cloud is waited for by another.
 *
 * @throws nothing of any other cloud
 */
export async function* searchReceived(user: Receiver, query: SearchQuery): AsyncGenerator<FoundOnCloud> {
  if (query.owner === "me") return;
  const clouds = new Map<string, Placed[]>();
  for (const placed of await listOpen(user, query)) {
    const { provider } = placed.share;
    clouds.set(provider, [...(clouds.get(provider) ?? []), placed]);
  }
  for (const provider of clouds.keys()) {
    const problem = await whyShutOut(user.siteId, provider);
    if (problem === null) continue;
    clouds.delete(provider);
    yield view(provider, { state: "known", problem, found: [] });
  }
  const elsewhere = [...clouds.values()].flat().filter(({ share }) => share.provider !== "");
  const known = await searchKnown(
    user.siteId,
    elsewhere.map(({ nodeId }) => nodeId),
    query,
  );
  const asked = [...clouds].slice(0, MOST_CLOUDS);
  for (const [provider, places] of clouds) {
    const isAsked = asked.some(([name]) => name === provider);
    const found = knownOf(places, known);
    yield view(provider, { state: isAsked ? "asking" : "known", problem: null, found });
  }
  yield* asTheyCome(asked.map(([provider, places]) => searchCloud(user, { provider, places, known }, query)));
}

/** Of a cloud with which the administrators do not deal nothing is shown, also not what was known before. */
async function whyShutOut(siteId: string, provider: string): Promise<string | null> {
  if (provider === "") return null;
  return requireAllowedProvider(siteId, provider).then(
    () => null,
    (error) => {
      if (isAppError(error)) return error.message;
      throw error;
    },
  );
}

/** The folders that may be opened now. Who has shown no second factor finds nothing in what needs one. */
async function listOpen(user: Receiver, { sharedBy }: SearchQuery): Promise<Placed[]> {
  const mounts = await listMounts(user, MOST_MOUNTS);
  const opened = await Promise.all(
    mounts.map(async ({ receivedShareId, nodeId, path }) => {
      const share = await getOpenShare(user, receivedShareId).catch(nullIfRefused);
      const isAsked = share && share.resourceType !== "file" && (!sharedBy || share.senderName === sharedBy);
      return isAsked ? { share, nodeId, path } : null;
    }),
  );
  return opened.filter((placed) => placed !== null);
}

type Cloud = { provider: string; places: Placed[]; known: Map<string, Found> };

async function searchCloud(user: Receiver, cloud: Cloud, query: SearchQuery): Promise<FoundOnCloud> {
  const { provider, places, known } = cloud;
  try {
    if (provider === "")
      return view(provider, { state: "searched", problem: null, found: await searchHere(user, places, query) });
    const shares = places.map(({ share }) => share);
    const there = await askSearch(user.siteId, provider, shares, query);
    if (!there) return view(provider, { state: "known", problem: null, found: knownOf(places, known) });
    // What that cloud did not look into is told as it is known here.
    const found = places.map((placed) => ({
      placed,
      ...(there.get(placed.share.id) ?? { ...(known.get(placed.nodeId) ?? NOTHING), isMore: true }),
    }));
    return view(provider, { state: "searched", problem: null, found });
  } catch (error) {
    if (!isAppError(error)) logger("sharing").error({ err: error, provider }, "search failed");
    const problem = isAppError(error) ? error.message : "It could not be searched just now.";
    return view(provider, { state: "known", problem, found: knownOf(places, known) });
  }
}

const NOTHING: Found = { items: [], isMore: false };
const knownOf = (places: Placed[], known: Map<string, Found>) =>
  places.map((placed) => ({ placed, ...(known.get(placed.nodeId) ?? NOTHING) }));

/** So long is looked through what people of the same cloud share. */
const HERE_MS = 3_000;

/** What people of the same cloud share stands in the same store. One share that takes too long holds up no other. */
async function searchHere(user: Receiver, places: Placed[], query: SearchQuery) {
  const found: (Found & { placed: Placed })[] = [];
  const endsAt = Date.now() + HERE_MS;
  for (const placed of places) {
    if (Date.now() > endsAt) {
      found.push({ placed, ...LATE });
      continue;
    }
    const { providerId } = placed.share;
    const share = await sharePrincipalOfRecipient(user.siteId, providerId, user.userId).catch(nullIfRefused);
    if (share) found.push({ placed, ...((await searchSafely(share, { ...query, limit: MOST_FOUND })) ?? LATE) });
  }
  return found;
}

const LATE: Found = { items: [], isMore: true };

const nullIfRefused = (error: unknown) => {
  if (isAppError(error)) return null;
  throw error;
};

type Seen = Pick<FoundOnCloud, "state" | "problem"> & { found: (Found & { placed: Placed })[] };

function view(provider: string, { state, problem, found }: Seen): FoundOnCloud {
  const items = found.flatMap(({ placed, items }) => items.map((item) => place(placed, item)));
  items.sort((one, other) => other.modifiedAt.localeCompare(one.modifiedAt) || one.id.localeCompare(other.id));
  const isMore = found.some((one) => one.isMore) || items.length > MOST_FOUND;
  return FoundOnCloud.parse({ provider, state, problem, isMore, items: items.slice(0, MOST_FOUND) });
}

/** A thing in a share, as it stands among its receiver's files; its place is what tells it from others. */
function place(
  { share, path }: Placed,
  { folder: names, name, kind, size, modifiedAt, snippet }: FoundInShare,
): FoundView {
  const folder = [path, ...names].join("/");
  return {
    ...{ id: `${folder}/${name}`, name, kind, size, folder, snippet },
    modifiedAt: new Date(modifiedAt).toISOString(),
    mediaType: kind === "file" ? mediaTypeOf(name) : null,
    sharedBy: { name: share.senderName, provider: share.provider },
  };
}

async function* asTheyCome<T>(works: Promise<T>[]): AsyncGenerator<T> {
  const waiting = new Map(works.map((work, index) => [index, work.then((value) => ({ index, value }))]));
  while (waiting.size > 0) {
    const { index, value } = await Promise.race(waiting.values());
    waiting.delete(index);
    yield value;
  }
}
