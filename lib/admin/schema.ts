import { z } from "zod";

/** How far something has come that another cloud should hear. */
export const DeliveryState = z.enum(["waiting", "retrying", "given-up"]);
export type DeliveryState = z.infer<typeof DeliveryState>;

/** What another cloud has not heard yet. `what` it is about, and between whom: `person` is ours. */
export const DeliveryView = z.object({
  id: z.string(),
  provider: z.string(),
  state: DeliveryState,
  what: z.enum(["offer", "change", "end", "answer", "other"]),
  person: z.string().nullable(),
  other: z.string().nullable(),
  /** The last failure in words. */
  failure: z.string().nullable(),
  attempts: z.number(),
  createdAt: z.iso.datetime(),
  /** Null once given up. */
  nextAttemptAt: z.iso.datetime().nullable(),
});
export type DeliveryView = z.infer<typeof DeliveryView>;

export const DeliveryPage = z.object({
  counts: z.record(DeliveryState, z.number()),
  items: z.array(DeliveryView),
  next: z.string().nullable(),
});
export type DeliveryPage = z.infer<typeof DeliveryPage>;

export const DeliveriesQuery = z.object({
  state: DeliveryState.optional(),
  /** Part of the name of a cloud. */
  search: z.string().trim().max(300).optional(),
  after: z.string().max(400).optional(),
  limit: z.coerce.number().int().min(1).max(500).optional(),
});
export type DeliveriesQuery = z.infer<typeof DeliveriesQuery>;
