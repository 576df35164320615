import { z } from "zod";
import { route } from "@/lib/http/route";
import { RecipientAbilities } from "@/lib/sharing/schema";
import { asksSecondFactor } from "@/lib/sharing/sent/asks-second-factor";

const Query = z.object({ provider: z.string().max(255).default("") });

export const GET = route({ query: Query }, async ({ site, query }) => {
  const secondFactor = (await asksSecondFactor(site, query.provider)) === true;
  return Response.json(RecipientAbilities.parse({ secondFactor }));
});
