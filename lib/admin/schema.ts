import { z } from "zod";
import { UpdateSitePolicies } from "@/lib/sites/schema";
import { ProviderManners, ProviderStanding } from "@/lib/trust/schema";

/** How far something has come that another cloud should hear. */
export const DeliveryState = z.enum(["waiting", "retrying", "given-up"]);
export type DeliveryState = z.infer<typeof DeliveryState>;

/** What another cloud has not heard yet. `what` it is about, and between whom: `person` is ours. */
export const DeliveryView = z.object({
  id: z.string(),
  provider: z.string(),
  state: DeliveryState,
  what: z.enum(["offer", "change", "end", "answer", "parting", "request", "reshare", "other"]),
  person: z.string().nullable(),
  other: z.string().nullable(),
  /** The last failure in words. */
  failure: z.string().nullable(),
  attempts: z.number(),
  createdAt: z.iso.datetime(),
  /** Null once given up. */
  nextAttemptAt: z.iso.datetime().nullable(),
  /** That cloud has failed so often that nothing is tried there until then. */
  restsUntil: z.iso.datetime().nullable(),
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

/** One thing that was done, as people read it. */
export const AuditView = z.object({
  id: z.string(),
  at: z.iso.datetime(),
  action: z.string(),
  actor: z.object({ kind: z.enum(["person", "provider", "other"]), name: z.string() }),
  /** To what: a person, a provider, a share (then `name` is the other side of it), or whatever else the kind says. */
  subject: z.object({ kind: z.string(), name: z.string().nullable(), provider: z.string().nullable() }),
  detail: z.record(z.string(), z.unknown()),
});
export type AuditView = z.infer<typeof AuditView>;

export const AuditPage = z.object({
  actions: z.array(z.string()),
  items: z.array(AuditView),
  next: z.string().nullable(),
});
export type AuditPage = z.infer<typeof AuditPage>;

export const AuditFilter = z.object({
  action: z.string().max(100).optional(),
  /** Part of the name of who did it. */
  actor: z.string().trim().max(300).optional(),
  /** The whole name of another cloud: what it did, and what was done to it and to whatever is shared with it. */
  provider: z.string().trim().max(300).optional(),
  /** Any part of an entry. */
  search: z.string().trim().max(300).optional(),
  from: z.iso.datetime().optional(),
  /** Not included. */
  until: z.iso.datetime().optional(),
});
export type AuditFilter = z.infer<typeof AuditFilter>;
export const AuditQuery = AuditFilter.extend({
  after: z.uuid().optional(),
  limit: z.coerce.number().int().min(1).max(500).optional(),
});
export type AuditQuery = z.infer<typeof AuditQuery>;
/** Which clouds there are to choose from. */
export const AuditedProviders = z.object({ items: z.array(z.string()) });
export const AuditedProvidersQuery = z.object({ search: z.string().max(300).optional() });
export const AuditExport = AuditFilter.extend({ format: z.enum(["csv", "jsonl"]) });

/**
 * A decision that is tried out: a change of the policies, or of what is allowed to another cloud: how it stands, at which
 * other hosts its files may lie, and in which private network it may live, if in any.
 */
export const DryRunInput = z.object({
  policies: UpdateSitePolicies.optional(),
  provider: z
    .object({
      domain: z.string().trim().min(1).max(300),
      standing: ProviderStanding.optional(),
      webdavHosts: ProviderManners.shape.webdavHosts.optional(),
      privateNetwork: z.string().trim().max(100).nullable().optional(),
    })
    .optional(),
});
export type DryRunInput = z.infer<typeof DryRunInput>;
/** How many it concerns, and the names of the newest: of the other side, or of who made an invite. */
export const Concerned = z.object({ count: z.number(), names: z.array(z.string()) });
export type Concerned = z.infer<typeof Concerned>;
export const DryRunView = z.object({
  contactsRest: Concerned,
  sharesRest: Concerned,
  /** What would rest beside those, if its cloud cannot be reached but where it may not live any more. */
  contactsCutOff: Concerned,
  sharesCutOff: Concerned,
  sharesEnd: Concerned,
  sharesShortened: Concerned,
  invitesRevoked: Concerned,
  /** Clouds with which no new share would pass, and clouds whose unsigned messages would not be taken any more. */
  cloudsRefused: Concerned,
  cloudsUnheard: Concerned,
});
export type DryRunView = z.infer<typeof DryRunView>;
