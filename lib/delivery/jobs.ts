/** The payload of the job `deliver`. */
export type DeliveryJob = { siteId: string; deliveryId: string };

/**
 * The payload of the job `probe-cloud`: one message finds out whether that cloud answers again. `isSecond`: it follows at
 * once one that was answered with an error of its own.
 */
export type ProbeJob = { siteId: string; provider: string; isSecond?: boolean };
