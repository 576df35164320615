/** The payload of the job `deliver`. */
export type DeliveryJob = { siteId: string; deliveryId: string };

/** The payload of the job `probe-cloud`: one message finds out whether that cloud answers again. */
export type ProbeJob = { siteId: string; provider: string };
