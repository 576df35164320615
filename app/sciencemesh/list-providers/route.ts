import { z } from "zod";
import { meshRoute } from "@/lib/http/mesh-route";
import { listKnownClouds } from "@/lib/trust/listed-providers";

const Query = z.object({ search: z.string().max(300).optional() });

export const GET = meshRoute({ query: Query }, async ({ user, query: { search } }) => {
  const providers = await listKnownClouds(user, search);
  return Response.json(providers.map(({ provider, name }) => ({ full_name: name, domain: provider })));
});
