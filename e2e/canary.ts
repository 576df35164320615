import http from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "./clouds";

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

/** The same for a whole spec: there before its first test, and with nothing heard at the beginning of each. */
export function stationCanary(): Awaited<ReturnType<typeof startCanary>> {
  const canary = {} as Awaited<ReturnType<typeof startCanary>>;
  test.beforeAll(async () => void Object.assign(canary, await startCanary()));
  test.beforeEach(() => canary.forget());
  test.afterAll(() => canary.stop());
  return canary;
}
