import type { IncomingMessage, ServerResponse } from "node:http";
import { tooMany } from "@/lib/core/errors";
import { logger } from "@/lib/core/logger";
import { sessionOfRequest } from "@/lib/http/node-request";
import { principalOfSession } from "@/lib/identity/sessions";
import { subscribeLive } from "@/lib/notices/live";
import { getSite } from "@/lib/sites/sites";

const HEARTBEAT = 20_000;
/** Of one sign-in: each holds a connection, and asks the database now and then. */
const MAX_STREAMS = 50;
const open = new Map<string, number>();

/** Tells an open page which lists have become stale, until it goes, the session ends or the cloud is closed. */
export async function answerEvents(req: IncomingMessage, res: ServerResponse): Promise<void> {
  const { siteId, userId, sessionId } = await sessionOfRequest(req);
  if (res.destroyed) return; // gone while we looked: nobody would tell us again
  const streams = (open.get(sessionId) ?? 0) + 1;
  if (streams > MAX_STREAMS) {
    throw tooMany("TOO_MANY_STREAMS", "This cloud is open in too many tabs.", { retryAfter: 60 });
  }
  open.set(sessionId, streams);
  res.writeHead(200, {
    "content-type": "text/event-stream",
    "cache-control": "no-store",
    "x-accel-buffering": "no",
  });
  res.write("retry: 2000\n\n");

  const endIfShutOut = async () => {
    const { disabledAt } = await getSite(siteId);
    if (disabledAt || !(await principalOfSession(siteId, sessionId))) res.end();
  };
  const unsubscribe = subscribeLive(siteId, userId, (topic) => {
    res.write(`data: ${JSON.stringify({ topic })}\n\n`);
    if (topic === "account") check();
  });
  const check = () =>
    endIfShutOut().catch((error) => logger("content").warn({ error: error.message }, "session not checked"));
  const heartbeat = setInterval(() => {
    res.write(":\n\n");
    check();
  }, HEARTBEAT);
  res.once("close", () => {
    clearInterval(heartbeat);
    unsubscribe();
    const others = (open.get(sessionId) ?? 1) - 1;
    if (others > 0) open.set(sessionId, others);
    else open.delete(sessionId);
  });
}
