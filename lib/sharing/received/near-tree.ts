import { db } from "@/lib/core/db";
import { conflict, forbidden, hasCode, isAppError } from "@/lib/core/errors";
import type { SharePrincipal } from "@/lib/core/principal";
import { hashSecret } from "@/lib/core/secrets";
import { watchAllowed } from "@/lib/core/watch-allowed";
import type { Thumbnail } from "@/lib/files/thumbnails/thumbnail";
import type { Entry, StillAllowed, Tree, TreePath } from "@/lib/files/tree";
import { secretOfShare } from "@/lib/sharing/received/access";
import { shareGone } from "@/lib/sharing/received/access-token";
import { entryOfClaims, type RemoteEntry } from "@/lib/sharing/received/remote/entries";
import { failureOf, peerBusy } from "@/lib/sharing/received/remote/failures";
import type { Counter, Listed } from "@/lib/sharing/received/remote/listing";
import { addressOf } from "@/lib/sharing/received/remote/peer-folder";
import { limitAccess } from "@/lib/sharing/sent/limit-access";
import { recordAcceptance } from "@/lib/sharing/sent/record-answer";
import { sharePrincipalOfHolder } from "@/lib/sharing/sent/share-access";
import { sharedTree } from "@/lib/sharing/sent/shared-tree";
import { findOwnHost } from "@/lib/sites/own-listener";
import { getSite, knownSites } from "@/lib/sites/sites";
import { requireAllowedProvider } from "@/lib/trust/provider-record";
import type { ReceivedShare } from "@/prisma/generated/client";

/** Makes the small picture of what stands at a path of a share that is in this store. */
export type MakeThumbnail = (share: SharePrincipal, path: TreePath, signal?: AbortSignal) => Promise<Thumbnail>;

/** What a received share holds, and its folders as they are kept here. */
export type OpenedShare = {
  tree: Tree;
  readListing(path: TreePath, name: string, counter: Counter): AsyncIterable<Listed>;
  /** The small picture of a picture, which that cloud has or makes; `makeHere` does so where that is this installation. */
  readThumbnail(path: TreePath, makeHere: MakeThumbnail, signal?: AbortSignal): Promise<Thumbnail>;
};

/**
 * A received share whose Sending Server is another site of this installation, read straight from the store: who may, how
 * much and how often is asked as at that site's door, and what is there is told as over WebDAV. Null for every other
 * cloud.
 *
 * @throws SHARE_ENDED, SHARE_NOT_READY (503), PROVIDER_NOT_TRUSTED, PEER_SHARE_GONE, PEER_BUSY; its functions too
 */
export async function openNear(share: ReceivedShare, also?: StillAllowed): Promise<OpenedShare | null> {
  const { siteId, id, provider, name, role } = share;
  const owner = nearSite(provider);
  if (!owner) return null;
  const secret = await secretOfShare(siteId, id);
  await requireAllowedProvider(siteId, provider);
  const { provider: holder } = await getSite(siteId);
  const atTheDoor = async (): Promise<SharePrincipal> => {
    if (nearSite(provider)?.disabledAt) throw peerBusy(provider);
    return sharePrincipalOfHolder(owner.id, holder, secret);
  };
  /** Judged anew each time, as at the other site's door. */
  const inside = <T>(method: string, work: (tree: Tree, principal: SharePrincipal) => Promise<T>) =>
    asByPeer(share, method, async () => {
      const principal = await atTheDoor();
      limitAccess(principal);
      return work(sharedTree(principal, also), principal);
    });
  /** While bytes flow, again and again: of a copy that is kept here the other site is not asked. */
  const watch = (method: string, asked?: AbortSignal) => {
    const { signal, end } = watchAllowed(() => asByPeer(share, method, atTheDoor));
    return { signal: asked ? AbortSignal.any([asked, signal]) : signal, end };
  };
  // Between servers the first token is the acceptance, should that still be on its way.
  const secretHash = hashSecret("share-secret", secret);
  const pending = { siteId: owner.id, provider: holder, secretHash, answer: "pending", revokedAt: null } as const;
  if (await db().sentShare.count({ where: pending })) {
    await inside("POST", (_tree, { sentShareId: id }) => {
      const proof = { signature: "none", shown: "secret" } as const;
      return db().$transaction((tx) => recordAcceptance(tx, { siteId: owner.id, id, provider: holder, proof }));
    });
  }
  const seen = (path: TreePath, entry: Entry) =>
    entryOfClaims(path.at(-1) ?? name, path, claimsOf(entry), role === "editor");
  const changing = <T>(method: string, paths: TreePath[], work: (tree: Tree) => Promise<T>) => {
    if (role !== "editor")
      throw forbidden("READ_ONLY", `You can view this, but not change it: it belongs to ${provider}.`);
    for (const path of paths) addressOf({ baseUrl: "" }, path); // the names that another cloud would take
    return inside(method, work);
  };
  const tree: Tree = {
    stat: (path) => inside("PROPFIND", async (there) => seen(path, await there.stat(path))),
    list: (path, page) =>
      inside("PROPFIND", async (there) => {
        const { items, ...rest } = await there.list(path, page);
        return { ...rest, items: items.map((entry) => seen([...path, entry.name], entry)) };
      }),
    read: (path, options) =>
      inside("GET", async (there) => {
        const { signal, end } = watch("GET", options?.signal);
        try {
          const { entry, body, ...rest } = await there.read(path, { ...options, signal });
          body.once("close", end);
          return { ...rest, body, entry: seen(path, entry) };
        } catch (error) {
          end();
          throw error;
        }
      }),
    write: async (path, body, options) =>
      changing("PUT", [path], async (there) => {
        const { signal, end } = watch("PUT", options?.signal);
        const { entry, created } = await there.write(path, body, { ...options, signal }).finally(end);
        return { entry: seen(path, entry), created };
      }),
    makeFolder: async (path) => changing("MKCOL", [path], async (there) => seen(path, await there.makeFolder(path))),
    remove: async (path, options) => changing("DELETE", [path], (there) => there.remove(path, options)),
    move: async (from, to, options) =>
      changing("MOVE", [from, to], async (there) => seen(to, await there.move(from, to, options))),
    copy: async (from, to, options) =>
      changing("COPY", [from, to], async (there) => seen(to, await there.copy(from, to, options))),
  };
  return {
    tree,
    readListing: (path, as) => readNear(tree, path, as),
    readThumbnail: (path, makeHere, signal) => inside("GET", (_tree, principal) => makeHere(principal, path, signal)),
  };
}

const nearSite = (provider: string) =>
  findOwnHost(provider) ? knownSites().find((site) => site.provider === provider) : undefined;

async function* readNear(tree: Tree, path: TreePath, name: string): AsyncGenerator<Listed> {
  const self = await tree.stat(path);
  if (self.kind === "file") throw conflict("NOT_A_FOLDER", "This is a file, not a folder.");
  yield { entry: { ...self, name } as RemoteEntry, isSelf: true };
  let after: string | undefined;
  do {
    const { items, next } = await tree.list(path, { after, limit: 1000 });
    for (const entry of items) yield { entry: entry as RemoteEntry };
    after = next ?? undefined;
  } while (after !== undefined);
}

/** As an entry is told over WebDAV. */
const claimsOf = ({ id, kind, size, etag, modifiedAt, canWrite }: Entry) => ({
  ...{ id, kind, etag: `"${etag}"`, modified: modifiedAt.toUTCString() },
  size: size === null ? undefined : String(size),
  permissions: canWrite ? "GWCK" : "G",
});

/** What means the same whoever says it, and is said in the words for another cloud. */
const IN_ITS_WORDS = [404, 412, 423, 507];

/** What the other site would have answered at its door means the same to a person here. */
async function asByPeer<T>(share: ReceivedShare, method: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (hasCode(error, "SHARE_ENDED")) throw shareGone(share, error);
    if (!isAppError(error) || error.code.startsWith("PEER_")) throw error;
    if (IN_ITS_WORDS.includes(error.status)) throw failureOf({ status: error.status }, share.provider, method);
    throw [429, 503].includes(error.status) ? peerBusy(share.provider, error.retryAfter?.toString()) : error;
  }
}
