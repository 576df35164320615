import type { WriteLimit } from "./route";

// What can be asked for through more than one API, and counts together.

/** Shares sent. */
export const SHARES_SENT: WriteLimit = { name: "share-send", max: 60, seconds: 60 };
/** Invites accepted, for each of which another cloud is asked. */
export const INVITES_ACCEPTED: WriteLimit = { name: "invite-accept", max: 30, seconds: 60 };
