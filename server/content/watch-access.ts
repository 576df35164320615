import type { ServerResponse } from "node:http";
import { isAppError } from "@/lib/core/errors";
import { logger } from "@/lib/core/logger";

const EVERY = 30_000;

/**
 * While a request lasts, asks again and again whether it may: a transfer must not outlive a sign-out or the end of a
 * share by much. The signal aborts with the refusal, or when the client goes; what is being sent breaks off.
 */
export function watchAccess(res: ServerResponse, check: () => Promise<unknown>): AbortSignal {
  const ended = new AbortController();
  const timer = setInterval(() => {
    check().catch((error) => {
      if (!isAppError(error)) return logger("content").warn({ error: error.message }, "access not checked");
      ended.abort(error);
      if (res.headersSent) res.destroy();
    });
  }, EVERY);
  res.once("close", () => {
    clearInterval(timer);
    ended.abort();
  });
  return ended.signal;
}
