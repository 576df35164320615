import type { Server, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

/** The launcher kills what has not ended after 20 s. */
const PATIENCE = 17_000;
/** Without a launcher the database is gone as well, and everything has to be within 10 s. */
export const ORPHAN_PATIENCE = 5_000;

/** Keeps track of the answers under way, so that they can be let finish. */
export function watchAnswers(server: Server) {
  const open = new Set<ServerResponse>();
  server.on("request", (_req, res) => {
    open.add(res);
    res.once("close", () => open.delete(res));
  });
  /** Takes no new requests, ends event streams, and waits a while for the transfers. */
  return async function drain(patience = PATIENCE): Promise<void> {
    const closed = new Promise((resolve) => server.close(resolve));
    for (const res of open) {
      if (String(res.getHeader("content-type")).startsWith("text/event-stream")) res.destroy();
      else if (!res.headersSent) res.setHeader("connection", "close");
    }
    server.closeIdleConnections();
    const timer = new AbortController();
    await Promise.race([closed, sleep(patience, undefined, { signal: timer.signal }).catch(() => {})]);
    timer.abort();
    server.closeAllConnections();
  };
}
