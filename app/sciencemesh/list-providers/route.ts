import { z } from "zod";
import { meshRoute } from "@/lib/http/mesh-route";
import { listTrustedProviders } from "@/lib/trust/listed-providers";

const Query = z.object({ search: z.string().max(300).optional() });

export const GET = meshRoute({ query: Query }, async ({ user, query: { search } }) => {
  const providers = await listTrustedProviders(user, search);
  return Response.json(providers.map(({ provider, name }) => ({ full_name: name, domain: provider })));
});
