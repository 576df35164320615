import { z } from "zod";
import { Origin } from "@/lib/core/origin";
import { ProviderRule } from "@/lib/trust/schema";

/** Who of the people here: `members` of chosen groups. */
export const OutsideRule = z.enum(["everyone", "members", "nobody"]);

/** What the administrator of a site decides for it. */
export const SitePolicies = z.object({
  name: z.string().trim().min(1).max(60),
  providerRule: ProviderRule,
  inviteLifetimeDays: z.number().int().min(1).max(365),
  /** Who makes invites for people on other clouds, and who shares with them. */
  whoInvites: OutsideRule,
  whoShares: OutsideRule,
  /** A share can go to a typed cloud address, not only to contacts. */
  allowsAddresses: z.boolean(),
  /** Offers of people who are no contacts are taken. */
  takesStrangers: z.boolean(),
  /** What other clouds do not sign is refused. Of one cloud it may be decided otherwise, as in the next two. */
  requiresSignature: z.boolean(),
  /** Shares with other clouds pass only if their secret alone opens nothing. */
  mustExchange: z.boolean(),
  /** Shares with other clouds open only with a second factor. */
  needsSecondFactor: z.boolean(),
  /** After so many days a share with another cloud ends; null: no limit. */
  longestShareDays: z.number().int().min(1).max(3650).nullable(),
  /** So many invites of one person may wait at a time; null: no limit. */
  mostInvites: z.number().int().min(1).max(10_000).nullable(),
  showsSitePeople: z.boolean(),
  answersUserNames: z.boolean(),
  defaultQuota: z.number().int().positive().nullable(),
  keyLifetimeDays: z.number().int().min(7).max(3650),
});
export type SitePolicies = z.infer<typeof SitePolicies>;
export const UpdateSitePolicies = SitePolicies.partial().extend({
  /** The groups that are chosen where only members of some may do it; all of them. */
  invitingGroups: z.array(z.uuid()).max(1000).optional(),
  sharingGroups: z.array(z.uuid()).max(1000).optional(),
});
export type UpdateSitePolicies = z.infer<typeof UpdateSitePolicies>;
/** The policies with the groups that are chosen. */
export const PoliciesView = SitePolicies.extend({
  invitingGroups: z.array(z.string()),
  sharingGroups: z.array(z.string()),
});
export type PoliciesView = z.infer<typeof PoliciesView>;

/** What a site signs with: Ed25519, or a key of P-256 or of RSA for clouds that cannot check that. */
export const SiteKeyKind = z.enum(["ed25519", "es256", "rsa"]);
export type SiteKeyKind = z.infer<typeof SiteKeyKind>;

/** A key of this site: published and waiting, signing, still published for what is on its way, or only remembered. */
export const SiteKeyView = z.object({
  kid: z.string(),
  kind: SiteKeyKind,
  state: z.enum(["next", "current", "replaced", "retired"]),
  /** Of the public key, as other clouds show it. @see RFC 7638 */
  fingerprint: z.string(),
  usedFrom: z.iso.datetime(),
  /** When it is published no more, if that is known. */
  withdrawnAt: z.iso.datetime().nullable(),
});
export type SiteKeyView = z.infer<typeof SiteKeyView>;
export const SiteKeyList = z.object({ items: z.array(SiteKeyView), lifetimeDays: z.number() });
/** Urgent: somebody else knows the present keys. */
export const ChangeKeysInput = z.object({ isUrgent: z.boolean().default(false) });

/** A site as the administrators of the installation see it. */
export const SiteView = z.object({
  id: z.string(),
  name: z.string(),
  origin: z.string(),
  provider: z.string(),
  /** The one whose administrators run the installation. */
  isMain: z.boolean(),
  isDisabled: z.boolean(),
  /** Until somebody has set it up: the link with which its first administrator does. */
  setUpUrl: z.string().nullable(),
  people: z.number(),
  createdAt: z.iso.datetime(),
});
export type SiteView = z.infer<typeof SiteView>;
export const SiteList = z.object({ items: z.array(SiteView) });

export const CreateSiteInput = z.object({
  name: SitePolicies.shape.name,
  origin: Origin,
});
export type CreateSiteInput = z.input<typeof CreateSiteInput>;
export const UpdateSiteInput = z.object({ isDisabled: z.boolean() });
