import { z } from "zod";

export const ProviderRule = z.enum(["anyone", "listed", "unblocked"]);
export const ProviderStanding = z.enum(["unlisted", "listed", "blocked"]);

export const ProviderView = z.object({
  provider: z.string(),
  name: z.string().nullable(),
  standing: ProviderStanding,
  apiVersion: z.string().nullable(),
  /** How it is spoken to (lib/trust/dialects). */
  dialect: z.string().nullable(),
  /** The same by its name, if an administrator has chosen it. */
  chosenDialect: z.string().nullable(),
  /** What it does not sign is taken too, as long as it never does. */
  acceptsUnsigned: z.boolean(),
  capabilities: z.array(z.string()),
  keys: z.array(z.object({ kid: z.string(), alg: z.string(), fingerprint: z.string() })),
  /** The last failure in words, until the next success. */
  failure: z.string().nullable(),
  discoveredAt: z.iso.datetime().nullable(),
  lastSeenAt: z.iso.datetime().nullable(),
});
export type ProviderView = z.infer<typeof ProviderView>;
export const ProviderPage = z.object({ rule: ProviderRule, items: z.array(ProviderView), next: z.string().nullable() });

export const AddProviderInput = z.object({
  domain: z.string().trim().min(1, "Type the address of a cloud.").max(300),
  standing: z.enum(["listed", "blocked"]).default("listed"),
});
export const DialectName = z.enum(["ocm", "nextcloud35", "nextcloud", "older", "ocis", "reva", "seafile"]);
export type DialectName = z.infer<typeof DialectName>;
export const UpdateProviderInput = z.union([
  z.object({ standing: ProviderStanding }),
  z.object({ acceptsUnsigned: z.boolean().optional(), dialect: DialectName.nullable().optional() }).strict(),
]);
export type UpdateProviderInput = z.infer<typeof UpdateProviderInput>;
