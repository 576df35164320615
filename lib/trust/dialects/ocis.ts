import { decodeIdentifier, parseOcmAddress } from "@/lib/protocol/ocm/address";
import type { Dialect } from "./dialect";
import { newest } from "./newest";
import { DIALECT_NAMES } from "./schema";

/** What all clouds of its kind call themselves in their documents, which are otherwise those of OpenCloud. */
export const OCIS_NAME = "oCIS";

/**
 * OpenCloud: the newest shapes without signatures or an exchange. It reads the address of a resource as `url`, and finds
 * its people by what stands inside of the identifiers that it hands out. It answers every notification, and heeds none.
 */
export const opencloud: Dialect = {
  ...newest,
  name: DIALECT_NAMES.opencloud,
  signature: "none",
  opensBySecret: true,
  keepsRole: true,
  offer: ({ protocol, shareWith, ...offer }) => {
    const { requirements, ...webdav } = protocol.webdav;
    return {
      ...offer,
      shareWith: addressInside(shareWith),
      protocol: { ...protocol, webdav: { ...webdav, url: webdav.uri } },
    };
  },
};

/**
 * oCIS, from which that one comes, heeds two: the end of a share, and a change of it in the shape of an offer. It finds
 * the share only under the person as its own sign-in calls that one.
 */
export const ocis: Dialect = {
  ...opencloud,
  name: DIALECT_NAMES.ocis,
  keepsRole: false,
  notification: ({ notification, ...about }) => {
    const grantee = nameInside(notification.grantee);
    const { permissions } = notification;
    const protocol = permissions && { name: "multi", webdav: { permissions } };
    return { ...about, notification: { ...notification, grantee, ...(protocol && { protocol }) } };
  },
};

/** `uuid@https://idp` in base64, of which the part before the `@` is the person. */
function addressInside(shareWith: string): string {
  const { identifier, provider } = parseOcmAddress(shareWith);
  const [person = identifier] = decodeIdentifier(identifier).split("@");
  return `${person}@${provider}`;
}

/** The same with the host of its sign-in, where the identifier holds one. */
function nameInside(grantee: string): string {
  const inside = decodeIdentifier(parseOcmAddress(grantee).identifier);
  return inside.includes("@") ? inside : grantee;
}
