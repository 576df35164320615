import { once } from "@/lib/core/once";
import { turns } from "@/lib/core/turns";
import { type Resolve, resolveHost } from "@/lib/protocol/safe-fetch/connector";
import { singleFlight } from "@/lib/trust/internal/fetching";

/** A lookup holds one of the threads that serve the disk as well: the launcher makes 16, and half must stay free. */
const AT_ONCE = 8;
const PATIENCE_MS = 5_000;

const late = () => new DOMException("The name was not resolved in time.", "TimeoutError");
const inTurn = () => once("lookups", () => turns({ atOnce: AT_ONCE, patienceMs: PATIENCE_MS, tooLate: late }));

/**
 * Resolves a name, and gives up after five seconds. A lookup cannot be called off, so a name that nobody answers for
 * keeps its place until the system gives up too: one place, however often strangers name it.
 */
export async function resolveInTurn(hostname: string, resolve: Resolve = resolveHost) {
  let timer: NodeJS.Timeout | undefined;
  const end = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(late()), PATIENCE_MS);
  });
  const lookup = singleFlight(`lookup ${hostname}`, () => inTurn()("all", () => resolve(hostname)));
  return Promise.race([lookup, end]).finally(() => clearTimeout(timer));
}
