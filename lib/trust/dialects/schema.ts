import { z } from "zod";

/** The families of clouds, as administrators choose and read them. What is known of any product stands in this folder. */
export const DIALECT_NAMES = {
  ocm: "OCM",
  invitations: "OCM, with invitations to shares",
  nextcloud35: "Nextcloud 35",
  nextcloud: "Nextcloud 31 to 34",
  older: "Nextcloud until 30, ownCloud 10",
  ocis: "oCIS, OpenCloud",
  reva: "CERNBox, Reva",
  seafile: "Seafile",
} as const;
type Name = keyof typeof DIALECT_NAMES;

export const DialectName = z.enum(Object.keys(DIALECT_NAMES) as [Name, ...Name[]]);
export type DialectName = Name;
