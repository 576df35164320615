import type { Dialect } from "./dialect";

/** It refuses a document of a later version than it knows, whatever else that says. */
export const OLDER_CRAWLER = { agent: "Nextcloud Server Crawler", apiVersion: "1.1" };

/** It knows no other type; what a share is it finds out by looking. */
const RESOURCE_TYPE = "file";

/** Nextcloud 31 to 34. Later ones list `http-sig` and speak the newest form. */
export const nextcloud: Dialect = {
  name: "Nextcloud",
  signature: "cavage",
  opensBySecret: true,
  offer: ({ protocol, ...offer }) => ({
    ...offer,
    resourceType: RESOURCE_TYPE,
    protocol: {
      name: "webdav",
      options: {
        sharedSecret: protocol.webdav.sharedSecret,
        permissions: "{http://open-cloud-mesh.org/ns}share-permissions",
      },
    },
  }),
  // Who writes is proved to it by the secret, beside the signature.
  notification: ({ notificationType, providerId, notification }, sharedSecret) => ({
    notificationType,
    resourceType: RESOURCE_TYPE,
    providerId,
    notification: { ...notification, ...(sharedSecret && { sharedSecret }), message: notificationType },
  }),
};
