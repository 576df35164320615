import type { Dialect } from "./dialect";

/** They know no other type; what a share is they find out by looking. */
export const RESOURCE_TYPE = "file";

/** The name of the property that tells what may be done with a resource; older clouds read it there. */
const PERMISSIONS = "{http://open-cloud-mesh.org/ns}share-permissions";

/** Nextcloud until 30 and ownCloud 10, which do not sign: the secret proves who writes. Newer ones build on it. */
export const older: Dialect = {
  name: "Nextcloud until 30, ownCloud 10",
  signature: "none",
  opensBySecret: true,
  sharesOnWhole: true,
  offer: ({ protocol, ...offer }) => ({
    ...offer,
    resourceType: RESOURCE_TYPE,
    protocol: {
      name: "webdav",
      options: { sharedSecret: protocol.webdav.sharedSecret, permissions: PERMISSIONS },
    },
  }),
  notification: ({ notificationType, providerId, notification }, sharedSecret) => ({
    notificationType,
    resourceType: RESOURCE_TYPE,
    providerId,
    notification: { ...notification, ...(sharedSecret && { sharedSecret }), message: notificationType },
  }),
};
