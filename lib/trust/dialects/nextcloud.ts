import type { Dialect } from "./dialect";
import { newest } from "./newest";
import { older, RESOURCE_TYPE } from "./older";

/** It refuses a document of a later version than it knows, whatever else that says. */
export const OLDER_CRAWLER = { agent: "Nextcloud Server Crawler", apiVersion: "1.1" };

/** Nextcloud 31 to 34: the older shapes, signed after the older draft. */
export const nextcloud: Dialect = { ...older, name: "Nextcloud 31 to 34", signature: "cavage" };

/** Nextcloud 35: the newest form, but that it knows no folders and believes a notification by the secret. */
export const nextcloud35: Dialect = {
  ...newest,
  name: "Nextcloud 35",
  sharesOnWhole: true,
  offer: (offer) => ({ ...newest.offer(offer), resourceType: RESOURCE_TYPE }),
  notification: older.notification,
};
