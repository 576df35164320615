import { buildDiscovery, type DiscoveryDocument } from "@/lib/protocol/ocm/discovery";
import type { ProviderRule } from "@/prisma/generated/client";

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

type DescribedSite = { origin: string; name: string; providerRule: ProviderRule };

/**
 * What a site says of itself to other clouds.
 *
 * @see OCM, "OCM API Discovery"
 */
export function describeSite({ origin, name, providerRule }: DescribedSite): DiscoveryDocument {
  const criteria = ["must-use-http-sig"];
  if (providerRule === "listed") criteria.push("allowlist");
  if (providerRule === "unblocked") criteria.push("denylist");

  const document = buildDiscovery({ ...OCM_PATHS, origin, name, criteria });
  return { ...document, capabilities: [...document.capabilities, INVITE_PREVIEW, INVITE_KNOWN_AS] };
}
