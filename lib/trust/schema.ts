import { z } from "zod";
import { DialectName } from "@/lib/trust/dialects/schema";

export const ProviderRule = z.enum(["anyone", "listed", "unblocked"]);
export const ProviderStanding = z.enum(["unlisted", "listed", "blocked"]);

/** What does not pass, and in which direction. */
export const RefusedKind = z.enum(["file-in", "folder-in", "file-out", "folder-out"]);
export type RefusedKind = z.infer<typeof RefusedKind>;

/** How what a cloud gets can be signed: after RFC 9421 with a key of one of three kinds, or after the older draft. */
export const SignatureName = z.enum(["ed25519", "es256", "rsa", "cavage"]);
export type SignatureName = z.infer<typeof SignatureName>;
/** The same of a cloud as it is dealt with, which may check nothing. */
export const Signature = z.enum([...SignatureName.options, "none"]);
export type Signature = z.infer<typeof Signature>;

export const ProviderView = z.object({
  provider: z.string(),
  name: z.string().nullable(),
  standing: ProviderStanding,
  /** The names of the trusted directories that list it. */
  vouchedBy: z.array(z.string()),
  apiVersion: z.string().nullable(),
  /** How it is spoken to (lib/trust/dialects). */
  dialect: z.string().nullable(),
  /** The same by its name, if an administrator has chosen it. */
  chosenDialect: z.string().nullable(),
  /** How what it gets is signed; null: not known yet. */
  signature: Signature.nullable(),
  /** The same, if an administrator has chosen it. */
  chosenSignature: SignatureName.nullable(),
  /** It is signed as before, though its document shows no more that it can check that. */
  keepsSignature: z.boolean(),
  /** What it does not sign is taken too, as long as it never does. Null, also of the next ones: as the policies say. */
  acceptsUnsigned: z.boolean().nullable(),
  capabilities: z.array(z.string()),
  keys: z.array(z.object({ kid: z.string(), alg: z.string(), fingerprint: z.string() })),
  /** The last failure in words, until the next success. */
  failure: z.string().nullable(),
  /** Shares pass only between contacts. */
  mustInvite: z.boolean(),
  /** Shares pass only if their secret alone opens nothing. */
  mustExchange: z.boolean().nullable(),
  /** Shares open only with a second factor. */
  needsSecondFactor: z.boolean().nullable(),
  /** In which private network it may live. */
  privateNetwork: z.string().nullable(),
  refusedKinds: z.array(RefusedKind),
  /** The hosts beside its own at which what it shares may lie. */
  webdavHosts: z.array(z.string()),
  /** Its last signature that held, to the minute. */
  heard: z.object({ at: z.iso.datetime(), keyid: z.string(), algorithm: z.string() }).nullable(),
  firstSeenAt: z.iso.datetime(),
  discoveredAt: z.iso.datetime().nullable(),
  lastSeenAt: z.iso.datetime().nullable(),
});
export type ProviderView = z.infer<typeof ProviderView>;

/** How a cloud answered on one day. */
export const ProviderDay = z.object({
  day: z.iso.date(),
  answered: z.number(),
  failed: z.number(),
  /** Milliseconds to an answer, on average; null without one. */
  latency: z.number().nullable(),
  failure: z.string().nullable(),
});
export type ProviderDay = z.infer<typeof ProviderDay>;

export const SeenKey = z.object({
  kid: z.string(),
  alg: z.string(),
  fingerprint: z.string(),
  firstSeenAt: z.iso.datetime(),
  lastSeenAt: z.iso.datetime(),
  /** What it signs is checked with it now. */
  isCurrent: z.boolean(),
});
export type SeenKey = z.infer<typeof SeenKey>;

export const ProviderPage = z.object({ rule: ProviderRule, items: z.array(ProviderView), next: z.string().nullable() });

/** A list of clouds as text; without a yes it is only told what it would change. */
export const ImportInput = z.object({
  file: z.string().min(1).max(1_000_000),
  isConfirmed: z.boolean().default(false),
});
const NamedCloud = z.object({ provider: z.string(), name: z.string() });
export type NamedCloud = z.infer<typeof NamedCloud>;
export const ImportPlan = z.object({
  added: z.array(NamedCloud),
  /** So many are trusted already. */
  present: z.number(),
  /** They stay blocked. */
  blocked: z.array(NamedCloud),
  bad: z.array(z.object({ entry: z.number(), label: z.string(), reason: z.string() })),
});
export type ImportPlan = z.infer<typeof ImportPlan>;

/** A list of clouds that somebody else keeps, and how it stands with it. */
export const DirectoryView = z.object({
  id: z.string(),
  url: z.string(),
  federation: z.string(),
  isTrusted: z.boolean(),
  /** So many clouds it names. */
  clouds: z.number(),
  keys: z.array(z.object({ kid: z.string(), fingerprint: z.string() })),
  readAt: z.iso.datetime().nullable(),
  /** They count until then. */
  countsUntil: z.iso.datetime().nullable(),
  failure: z.string().nullable(),
});
export type DirectoryView = z.infer<typeof DirectoryView>;

/** The list that this site publishes. */
export const OwnDirectoryView = z.object({
  federation: z.string(),
  isPublished: z.boolean(),
  url: z.string(),
  /** The public key with which others check it, as JWK; null until it was first published. */
  key: z.string().nullable(),
});
export type OwnDirectoryView = z.infer<typeof OwnDirectoryView>;
export const DirectoriesView = z.object({ items: z.array(DirectoryView), own: OwnDirectoryView });

const DirectoryAddress = z
  .url({ protocol: /^https?$/, error: "Type its whole address, with https:// in front." })
  .max(2_000)
  .refine((url) => !URL.canParse(url) || new URL(url).username === "", "Leave out what stands before the @.");
export const AddDirectoryInput = z.object({
  url: z.string().trim().pipe(DirectoryAddress),
  key: z.string().trim().min(1, "Paste the key that you were given.").max(50_000),
  isTrusted: z.boolean().default(false),
});
export type AddDirectoryInput = z.input<typeof AddDirectoryInput>;
export const UpdateDirectoryInput = z.object({ isTrusted: z.boolean() });
export const PublishDirectoryInput = z.object({
  federation: z.string().trim().min(1, "Give it a name.").max(100),
  isPublished: z.boolean(),
});
export type PublishDirectoryInput = z.infer<typeof PublishDirectoryInput>;

export const AddProviderInput = z.object({
  domain: z.string().trim().min(1, "Type the address of a cloud.").max(300),
  standing: z.enum(["listed", "blocked"]).default("listed"),
  /** Where it may live, if not at public addresses: for those who run the installation. */
  privateNetwork: z.string().trim().max(100).optional(),
});
/** How a cloud is dealt with: what is taken from it and given to it, and how it is spoken to. */
export const ProviderManners = z.object({
  acceptsUnsigned: z.boolean().nullable(),
  dialect: DialectName.nullable(),
  signature: SignatureName.nullable(),
  mustInvite: z.boolean(),
  mustExchange: z.boolean().nullable(),
  needsSecondFactor: z.boolean().nullable(),
  refusedKinds: z.array(RefusedKind).max(4),
  webdavHosts: z.array(z.string().trim().min(1).max(300)).max(10),
});
export type ProviderManners = z.infer<typeof ProviderManners>;
export const UpdateProviderInput = z.union([
  z.object({ standing: ProviderStanding }),
  z.object({ privateNetwork: z.string().trim().max(100).nullable() }).strict(),
  ProviderManners.partial().strict(),
]);
export type UpdateProviderInput = z.infer<typeof UpdateProviderInput>;
