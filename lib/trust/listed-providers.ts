import { db } from "@/lib/core/db";
import type { UserPrincipal } from "@/lib/core/principal";
import { DiscoveredProvider } from "@/lib/protocol/ocm/discovery";

const MOST = 1_000;

/**
 * The clouds that the administrators trust, with the names that they give themselves, or those whose domain or name holds
 * the text. What is known of others says who knows whom, and is for administrators.
 */
export async function listTrustedProviders(
  { siteId }: UserPrincipal,
  search = "",
): Promise<{ provider: string; name: string }[]> {
  const rows = await db().provider.findMany({
    where: { siteId, standing: "listed" },
    select: { provider: true, discovery: true },
    orderBy: { provider: "asc" },
    take: MOST,
  });
  const term = search.trim().toLowerCase();
  return rows
    .map(({ provider, discovery }) => ({
      provider,
      name: DiscoveredProvider.safeParse(discovery).data?.name || provider,
    }))
    .filter(({ provider, name }) => `${provider}\n${name}`.toLowerCase().includes(term));
}
