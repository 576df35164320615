import { z } from "zod";
import { ProviderRule } from "@/lib/trust/schema";

/** What the administrator of a site decides for it. */
export const SitePolicies = z.object({
  name: z.string().trim().min(1).max(60),
  providerRule: ProviderRule,
  inviteLifetimeDays: z.number().int().min(1).max(365),
  showsSitePeople: z.boolean(),
  answersUserNames: z.boolean(),
  defaultQuota: z.number().int().positive().nullable(),
});
export type SitePolicies = z.infer<typeof SitePolicies>;
export const UpdateSitePolicies = SitePolicies.partial();
