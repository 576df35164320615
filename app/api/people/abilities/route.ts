import { z } from "zod";
import { route } from "@/lib/http/route";
import { RecipientAbilities } from "@/lib/sharing/schema";
import { secondFactorRule } from "@/lib/sharing/sent/asks-second-factor";

const Query = z.object({ provider: z.string().max(255).default("") });

export const GET = route({ query: Query }, async ({ site, query }) => {
  const secondFactor = await secondFactorRule(site, query.provider);
  return Response.json(RecipientAbilities.parse({ secondFactor }));
});
