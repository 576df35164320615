import type { IncomingMessage, ServerResponse } from "node:http";
import { problem } from "@/lib/http/faces";

/** How long the rest of a refused upload is still taken in, so that the client comes to read the refusal. */
const LINGER = 20_000;

/** Says no while the body may still be coming: a connection closed at once would take the answer with it. */
export function refuse(req: IncomingMessage, res: ServerResponse, error: unknown): void {
  if (res.destroyed || (req.destroyed && !req.complete)) return void res.destroy(); // the client went away: nothing of ours failed
  const { status, headers, body } = problem(error, { requestId: req.headers["x-request-id"], method: req.method });
  const length = Buffer.byteLength(body);
  if (req.complete) {
    res.writeHead(status, { ...headers, "content-length": length }).end(body);
    return;
  }
  res.writeHead(status, { ...headers, "content-length": length, connection: "close" }).write(body);
  const timer = setTimeout(() => res.destroy(), LINGER);
  req.once("end", () => res.end()).once("close", () => req.complete || res.destroy());
  res.once("close", () => clearTimeout(timer));
  req.resume();
}
