import type { Description } from "@/lib/delivery/deliver";

/** The peer does not know the share (any more), or not this kind of message: nothing is left to tell it. */
export const NOTHING_TO_TELL = [400, 404, 501];
/** A cloud that does not deal with us now may do so tomorrow, and then it should know. */
export const NOT_NOW = [403];

/** An OCM Notification about a share that both clouds know. */
export function describeNotification(
  share: { resourceType: string; providerId: string },
  notificationType: string,
  notification: object = {},
): Description {
  const json = { notificationType, ...share, notification };
  return { call: { to: "/notifications", json }, alsoDone: NOTHING_TO_TELL, notYet: NOT_NOW };
}
