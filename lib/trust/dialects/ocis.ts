import { decodeIdentifier, parseOcmAddress } from "@/lib/protocol/ocm/address";
import type { Dialect } from "./dialect";
import { DIALECT_NAMES } from "./schema";

/**
 * oCIS and OpenCloud: the newest shapes without signatures or an exchange. They read the address of a resource as `url`,
 * and find their people by what stands inside of the identifiers that they hand out.
 */
export const ocis: Dialect = {
  name: DIALECT_NAMES.ocis,
  signature: "none",
  opensBySecret: true,
  offer: ({ protocol, shareWith, ...offer }) => {
    const { requirements, ...webdav } = protocol.webdav;
    return {
      ...offer,
      shareWith: addressInside(shareWith),
      protocol: { ...protocol, webdav: { ...webdav, url: webdav.uri } },
    };
  },
  notification: ({ grantee, ...message }) => ({ ...message, notification: { ...message.notification, grantee } }),
};

/** `uuid@https://idp` in base64, of which the part before the `@` is the person. */
function addressInside(shareWith: string): string {
  const { identifier, provider } = parseOcmAddress(shareWith);
  const [person = identifier] = decodeIdentifier(identifier).split("@");
  return `${person}@${provider}`;
}
