import http from "node:http";
import type { AddressInfo } from "node:net";

/** Somebody in the own network of a cloud who should never hear of it. Stop him in the end. */
export async function startCanary() {
  let heard: string[] = [];
  const server = http.createServer((_request, response) => response.end("{}"));
  server.on("connection", () => heard.push("a connection"));
  server.on("request", ({ url }) => heard.push(url ?? ""));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    origin: `http://127.0.0.1:${port}`,
    /** What reached him so far: connections, and what was asked for by them. */
    heard: () => heard,
    forget: () => {
      heard = [];
    },
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
