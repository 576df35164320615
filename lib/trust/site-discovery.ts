import { db } from "@/lib/core/db";
import { buildDiscovery, type DiscoveryDocument } from "@/lib/protocol/ocm/discovery";
import { MUST_EXCHANGE_TOKEN } from "@/lib/protocol/ocm/wire";
import { olderPublicKey } from "@/lib/sites/keys";
import type { Site } from "@/lib/sites/sites";
import { latestVersionFor } from "@/lib/trust/dialects/dialect";
import { SHARE_INVITATIONS } from "@/lib/trust/dialects/invitations";
import { takesUnsigned } from "@/lib/trust/unsigned";

/** The capability of our extension: `POST {endPoint}/invite-preview` tells who made an invite. */
export const INVITE_PREVIEW = "invite-preview";
/** The capability of our extension: `POST {endPoint}/invite-words` tells which invite some words stand for. */
export const INVITE_WORDS = "invite-words";
/** The capability of our extension: two people see the same words on each other's contact (docs/decisions/0015). */
export const CONTACT_WORDS = "contact-words";
/** The capability of our extension: `knownAs` in `POST {endPoint}/invite-accepted`, so that a person is one contact. */
export const INVITE_KNOWN_AS = "invite-known-as";
/** The capability of our extension: who watches a share is told when something in it changes. */
export const SHARE_CHANGES = "share-changes";
/** The capability of our extension: `POST {endPoint}/search-shares` finds what stands in shares. */
export const SHARE_SEARCH = "share-search";
/** The capability of our extension: `GET` of a picture in a share with `?thumbnail` answers with a small one. */
export const SHARE_THUMBNAILS = "share-thumbnails";
/** The capability of our extension: `POST {endPoint}/sign-back` has the cloud sign something to whoever asks it. */
export const SIGN_BACK = "sign-back";

/** Where this server answers other clouds. */
export const OCM_PATHS = {
  endPoint: "/ocm",
  tokenEndPoint: "/ocm/token",
  jwksUri: "/ocm/jwks",
  inviteAcceptDialog: "/invite/accept",
  webdavPath: "/dav/ocm/",
};

/**
 * What a site says of itself to other clouds, to one that calls itself `userAgent`.
 *
 * @see OCM, "OCM API Discovery"
 */
export async function describeSite(site: Site, userAgent: string | null = null): Promise<DiscoveryDocument> {
  const { id: siteId, origin, name, providerRule, takesStrangers, mustExchange } = site;
  // A criterion is read by all, also by a cloud that is excepted: then it would stay away.
  const criteria = (await takesUnsigned(site)) ? [] : ["must-use-http-sig"];
  const excepted = { siteId, mustExchange: false };
  if (mustExchange && (await db().provider.count({ where: excepted, take: 1 })) === 0)
    criteria.push(MUST_EXCHANGE_TOKEN);
  if (providerRule === "listed") criteria.push("allowlist");
  if (providerRule === "unblocked") criteria.push("denylist");
  if (!takesStrangers) criteria.push("must-invite");
  const hasGroups = (await db().group.count({ where: { siteId, deletedAt: null }, take: 1 })) > 0;
  const shareTypes = hasGroups ? ["user", "group"] : ["user"];
  const publicKey = await olderPublicKey(site);
  const document = buildDiscovery({ ...OCM_PATHS, origin, name, criteria, publicKey, shareTypes });
  return {
    ...document,
    apiVersion: latestVersionFor(userAgent) ?? document.apiVersion,
    capabilities: [
      ...document.capabilities,
      INVITE_PREVIEW,
      INVITE_KNOWN_AS,
      INVITE_WORDS,
      CONTACT_WORDS,
      SHARE_INVITATIONS,
      SHARE_CHANGES,
      SHARE_SEARCH,
      SHARE_THUMBNAILS,
      SIGN_BACK,
    ],
  };
}
