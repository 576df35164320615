import { decodeIdentifier, parseOcmAddress } from "@/lib/protocol/ocm/address";
import type { Dialect } from "./dialect";
import { newest } from "./newest";
import { DIALECT_NAMES } from "./schema";

/**
 * oCIS and OpenCloud: the newest shapes without signatures or an exchange. They read the address of a resource as `url`,
 * and find their people by what stands inside of the identifiers that they hand out. OpenCloud and older oCIS answer every
 * notification and heed none; nothing that they show tells them from newer oCIS, which heeds the end of a share and a
 * change in the shape of an offer, both only with the person as its own sign-in calls that one. A change of a share that it
 * does not know is an internal error to it.
 */
export const ocis: Dialect = {
  ...newest,
  name: DIALECT_NAMES.ocis,
  signature: "none",
  opensBySecret: true,
  keepsRole: true,
  ownErrors: { SHARE_CHANGE_PERMISSION: { 500: "Most likely the other cloud does not know this share any more." } },
  offer: ({ protocol, shareWith, ...offer }) => {
    const { requirements, ...webdav } = protocol.webdav;
    return {
      ...offer,
      shareWith: addressInside(shareWith),
      protocol: { ...protocol, webdav: { ...webdav, url: webdav.uri } },
    };
  },
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
