import type { Dialect } from "./dialect";
import { newest } from "./newest";
import { older, RESOURCE_TYPE, sharesOnWhole } from "./older";
import { DIALECT_NAMES } from "./schema";

/** It refuses a document of a later version than it knows, whatever else that says. */
export const OLDER_CRAWLER = { agent: "Nextcloud Server Crawler", apiVersion: "1.1" };

/** Nextcloud 31 to 34: the older shapes, signed after the older draft. */
export const nextcloud: Dialect = { ...older, name: DIALECT_NAMES.nextcloud, signature: "cavage" };

/** Nextcloud 35: the newest form, but that it knows no folders and believes a notification by the secret. */
export const nextcloud35: Dialect = {
  ...newest,
  name: DIALECT_NAMES.nextcloud35,
  looksForRole: true,
  sharesOnWhole,
  offer: (offer) => ({ ...newest.offer(offer), resourceType: RESOURCE_TYPE }),
  notification: older.notification,
};
