import type { ServerResponse } from "node:http";
import { watchAllowed } from "@/lib/core/watch-allowed";

/**
 * While a request lasts, asks again and again whether it may. The signal aborts with the refusal, or when the client
 * goes; what is being sent breaks off.
 */
export function watchAccess(res: ServerResponse, check: () => Promise<unknown>): AbortSignal {
  const { signal, end } = watchAllowed(check);
  signal.addEventListener("abort", () => res.headersSent && res.destroy());
  res.once("close", end);
  return signal;
}
