import type { IncomingMessage, ServerResponse } from "node:http";

export async function handleContent(_req: IncomingMessage, res: ServerResponse): Promise<void> {
  res.writeHead(404, { connection: "close" }).end();
}
