import type { Server, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

/** Keeps track of the answers under way, so that they can be let finish. */
export function watchAnswers(server: Server) {
  const open = new Set<ServerResponse>();
  server.on("request", (_req, res) => {
    open.add(res);
    res.once("close", () => open.delete(res));
  });
  /** Takes no new requests, ends event streams, and waits that many milliseconds for the transfers. */
  return async function drain(patience: number): Promise<void> {
    const closed = new Promise((resolve) => server.close(resolve));
    for (const res of open) {
      if (String(res.getHeader("content-type")).startsWith("text/event-stream")) res.destroy();
      else if (!res.headersSent) res.setHeader("connection", "close");
      else res.once("close", () => server.closeIdleConnections()); // its client was told that it may ask for more
    }
    server.closeIdleConnections();
    const timer = new AbortController();
    await Promise.race([closed, sleep(patience, undefined, { signal: timer.signal }).catch(() => {})]);
    timer.abort();
    server.closeAllConnections();
  };
}
