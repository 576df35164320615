import { db } from "@/lib/core/db";
import { holdsNetwork, readPrivateNetwork } from "@/lib/protocol/safe-fetch/addresses";
import { isAt } from "@/lib/protocol/safe-fetch/authority";
import { readWebdavHosts } from "@/lib/trust/provider-policies";

// What of another cloud is not reached any more once what administrators allowed to it is taken back.

/**
 * The name of a cloud that may live in a private network and would not any more: in none (null), or in another that does
 * not hold it. Whether it is reached there alone is not known.
 */
export async function ifCutOff(siteId: string, cloud: string, becomes: string | null): Promise<string | null> {
  const row = await db().provider.findUnique({ where: { siteId_provider: { siteId, provider: cloud } } });
  if (!row?.privateNetwork) return null;
  const network = becomes === null ? null : readPrivateNetwork(becomes);
  if (becomes !== null && network === null) return null; // it will be refused
  return network && holdsNetwork(network, row.privateNetwork) ? null : cloud;
}

type Named = { standing?: string; webdavHosts?: string[] };

/**
 * The shares that lie at a host that is named for their cloud now: one that would be named no more, or that is the cloud
 * itself which would be blocked.
 */
export async function findShutIn(siteId: string, cloud: string, { standing, webdavHosts }: Named): Promise<string[]> {
  const kept = webdavHosts && readWebdavHosts(webdavHosts);
  const isShut = (provider: string, host: string) =>
    (kept && provider === cloud && host !== cloud && !kept.includes(host)) ||
    (standing === "blocked" && host === cloud);
  const where = { siteId, webdavHosts: { isEmpty: false } };
  const clouds = await db().provider.findMany({ where, select: { provider: true, webdavHosts: true } });
  const shut = clouds.flatMap(({ provider, webdavHosts }) => {
    const hosts = webdavHosts.filter((host) => isShut(provider, host));
    return hosts.length > 0 ? [{ provider, hosts }] : [];
  });
  const found = shut.map(async ({ provider, hosts }) => {
    const shares = await db().receivedShare.findMany({
      where: { siteId, provider, webdavUri: { not: "" } },
      select: { id: true, webdavUri: true },
    });
    return shares.filter(({ webdavUri }) => hosts.some((host) => isAt(webdavUri, host))).map(({ id }) => id);
  });
  return (await Promise.all(found)).flat();
}
