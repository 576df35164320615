import type { Server, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

/** Keeps track of the answers under way, so that they can be let finish. */
export function watchAnswers(server: Server) {
  const open = new Set<ServerResponse>();
  server.on("request", (_req, res) => {
    open.add(res);
    if (!server.listening) res.setHeader("connection", "close");
    res.once("close", () => open.delete(res));
  });
  /** Takes no new requests, ends event streams, and waits that many milliseconds for the transfers. */
  return async function drain(patience: number): Promise<void> {
    server.close();
    for (const res of open) {
      if (String(res.getHeader("content-type")).startsWith("text/event-stream")) res.destroy();
      else if (!res.headersSent) res.setHeader("connection", "close");
    }
    const timer = new AbortController();
    await Promise.race([answered(open), sleep(patience, undefined, { signal: timer.signal }).catch(() => {})]);
    timer.abort();
    server.closeAllConnections();
  };
}

/** Not until the connections end: some have asked for nothing yet, and one may ask for more. */
async function answered(open: Set<ServerResponse>): Promise<void> {
  for (const res of open) await new Promise((resolve) => res.once("close", resolve)); // also those that come meanwhile
}
