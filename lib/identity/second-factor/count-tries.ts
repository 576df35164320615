import type { SessionPrincipal } from "@/lib/core/principal";
import { forgetLimit, limit } from "@/lib/limits/limit";
import { networkOf } from "@/lib/limits/network";

type Of = Pick<SessionPrincipal, "siteId" | "userId">;

/**
 * Counts a try to show a second factor, per account from one address and per account from all. Whoever gets here has
 * given the password, so that to refuse locks out nobody whom a stranger could choose. `forget` it when it was right.
 *
 * @throws TOO_MANY_REQUESTS
 */
export async function limitTries({ siteId, userId }: Of, address: string): Promise<{ forget: () => Promise<void> }> {
  const account = { siteId, key: `second-factor:${userId}` };
  const here = { siteId, key: `${account.key}:${networkOf(address)}` };
  await limit({ ...here, max: 10, seconds: 600 });
  await limit({ ...account, max: 100, seconds: 86_400 });
  return {
    forget: async () => {
      await Promise.all([here, account].map(forgetLimit));
    },
  };
}
