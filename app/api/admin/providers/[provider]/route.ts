import { z } from "zod";
import { countTies } from "@/lib/admin/provider-ties";
import { route } from "@/lib/http/route";
import { looseProvider } from "@/lib/protocol/ocm/address";
import { listSeenKeys } from "@/lib/trust/key-history";
import { setPrivateNetwork } from "@/lib/trust/private-networks";
import { listProviderDays } from "@/lib/trust/provider-health";
import { getProvider, removeProvider, setManners, setStanding } from "@/lib/trust/providers";
import { UpdateProviderInput } from "@/lib/trust/schema";

/** Next hands over the segment as it stands in the address: with `%3A` for the colon before a port. */
const Params = z.object({ provider: z.string().transform((name) => looseProvider(name.replace(/%3A/gi, ":"))) });

export const GET = route({ admin: true, params: Params }, async ({ user, params }) => {
  const { provider } = params;
  const view = await getProvider(user, provider);
  const [ties, days, seenKeys] = await Promise.all([
    countTies(user, provider),
    listProviderDays(user, provider),
    listSeenKeys(user, provider),
  ]);
  return Response.json({ ...view, ties, days, seenKeys });
});

export const PATCH = route(
  { admin: true, params: Params, body: UpdateProviderInput },
  async ({ user, params, body }) => {
    const { provider } = params;
    if ("standing" in body) return Response.json(await setStanding(user, provider, body.standing));
    if (!("privateNetwork" in body)) return Response.json(await setManners(user, provider, body));
    await setPrivateNetwork(user, provider, body.privateNetwork);
    return Response.json(await getProvider(user, provider));
  },
);

export const DELETE = route({ admin: true, params: Params }, async ({ user, params }) => {
  await removeProvider(user, params.provider);
  return new Response(null, { status: 204 });
});
