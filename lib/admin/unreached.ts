import { db } from "@/lib/core/db";
import { isAt } from "@/lib/protocol/safe-fetch/authority";
import { readWebdavHosts } from "@/lib/trust/provider-policies";

// What of another cloud is not reached any more once what administrators allowed to it is taken back.

/** The name of a cloud that may live in a private network, where alone it may be found. */
export async function ifPrivate(siteId: string, cloud: string): Promise<string | null> {
  const where = { siteId, provider: cloud, privateNetwork: { not: null } };
  return (await db().provider.count({ where })) > 0 ? cloud : null;
}

type Named = { standing?: string; webdavHosts?: string[] };

/**
 * The shares that lie at a host that is named for their cloud now: one that would be named no more, or that is the cloud
 * itself which would be blocked.
 */
export async function findShutIn(siteId: string, cloud: string, { standing, webdavHosts }: Named): Promise<string[]> {
  const kept = webdavHosts && readWebdavHosts(webdavHosts);
  const isShut = (provider: string, host: string) =>
    (kept && provider === cloud && !kept.includes(host)) || (standing === "blocked" && host === cloud);
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
