import { db } from "@/lib/core/db";
import type { UserPrincipal } from "@/lib/core/principal";
import { DiscoveredProvider } from "@/lib/protocol/ocm/discovery";
import { listDirectoryClouds } from "@/lib/trust/directory-clouds";
import type { NamedCloud } from "@/lib/trust/schema";

const MOST = 1_000;

/**
 * The clouds that the administrators trust, with the names that they give themselves, and those that *Where are you
 * from* offers, or those whose domain or name holds the text. What is known of others says who knows whom, and is for
 * administrators.
 */
export async function listKnownClouds({ siteId }: UserPrincipal, search = ""): Promise<NamedCloud[]> {
  const rows = await db().provider.findMany({
    where: { siteId, standing: "listed" },
    select: { provider: true, discovery: true },
    orderBy: { provider: "asc" },
    take: MOST,
  });
  const listed = rows.map(({ provider, discovery }) => ({
    provider,
    name: DiscoveredProvider.safeParse(discovery).data?.name || provider,
  }));
  const trusted = new Set(listed.map(({ provider }) => provider));
  const ofDirectories = (await listDirectoryClouds({ id: siteId })).filter(({ provider }) => !trusted.has(provider));
  const term = search.trim().toLowerCase();
  return [...listed, ...ofDirectories].filter(({ provider, name }) =>
    `${provider}\n${name}`.toLowerCase().includes(term),
  );
}
