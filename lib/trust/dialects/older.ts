import type { Dialect } from "./dialect";
import { DIALECT_NAMES } from "./schema";

/** They know no other type; what a share is they find out by looking. */
export const RESOURCE_TYPE = "file";

/** The name of the property that tells what may be done with a resource; older clouds read it there. */
const PERMISSIONS = "{http://open-cloud-mesh.org/ns}share-permissions";

/**
 * Their notification that undoes it is believed from the cloud of whom it is for alone by Nextcloud from 31 on, and is not
 * known to ownCloud. What they had before notifications takes the token from anybody, in all versions.
 */
export const sharesOnWhole = {
  undoneAt(endPoint: string, id: string): string {
    const folder = endPoint.replace(/(\/index\.php)?\/(ocm|apps\/federatedfilesharing)\/?$/, "");
    return `${folder}/ocs/v2.php/cloud/shares/${encodeURIComponent(id)}/revoke?format=json`;
  },
};

/**
 * Nextcloud until 30 and ownCloud 10, which do not sign: the secret proves who writes. Newer ones build on it. Who sends
 * a share is said under the older name as well, since some read no other.
 */
export const older: Dialect = {
  name: DIALECT_NAMES.older,
  signature: "none",
  opensBySecret: true,
  looksForRole: true,
  sharesOnWhole,
  offer: ({ protocol, ...offer }) => ({
    ...offer,
    sharedBy: offer.sender,
    sharedByDisplayName: offer.senderDisplayName,
    resourceType: RESOURCE_TYPE,
    protocol: {
      name: "webdav",
      options: { sharedSecret: protocol.webdav.sharedSecret, permissions: PERMISSIONS },
    },
  }),
  notification: ({ notification, ...about }, sharedSecret) => ({
    ...about,
    resourceType: RESOURCE_TYPE,
    notification: { ...notification, ...(sharedSecret && { sharedSecret }), message: about.notificationType },
  }),
};
