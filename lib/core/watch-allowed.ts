import { isAppError } from "./errors";
import { logger } from "./logger";

const EVERY = 30_000;

/**
 * While something lasts, asks again and again whether it may: it must not outlive a sign-out or the end of a share by
 * much. The signal aborts with the refusal, and when it is told that all is over.
 */
export function watchAllowed(check: () => Promise<unknown>): { signal: AbortSignal; end: () => void } {
  const ended = new AbortController();
  const timer = setInterval(() => {
    check().catch((error) => {
      if (isAppError(error)) ended.abort(error);
      else logger("core").warn({ error: error.message }, "not checked whether it may go on");
    });
  }, EVERY);
  const end = () => {
    clearInterval(timer);
    ended.abort();
  };
  return { signal: ended.signal, end };
}
