import { buildDiscovery, type DiscoveryDocument } from "@/lib/protocol/ocm/discovery";
import { olderPublicKey } from "@/lib/sites/keys";
import type { Site } from "@/lib/sites/sites";
import { latestVersionFor } from "@/lib/trust/dialects/dialect";
import { unsignedProviders } from "@/lib/trust/unsigned";

/** The capability of our extension: `POST {endPoint}/invite-preview` tells who made an invite. */
export const INVITE_PREVIEW = "invite-preview";
/** The capability of our extension: `knownAs` in `POST {endPoint}/invite-accepted`, so that a person is one contact. */
export const INVITE_KNOWN_AS = "invite-known-as";

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
  const { origin, name, providerRule } = site;
  const criteria = (await unsignedProviders(site.id)).length > 0 ? [] : ["must-use-http-sig"];
  if (providerRule === "listed") criteria.push("allowlist");
  if (providerRule === "unblocked") criteria.push("denylist");
  const document = buildDiscovery({ ...OCM_PATHS, origin, name, criteria, publicKey: await olderPublicKey(site) });
  return {
    ...document,
    apiVersion: latestVersionFor(userAgent) ?? document.apiVersion,
    capabilities: [...document.capabilities, INVITE_PREVIEW, INVITE_KNOWN_AS],
  };
}
