import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { db } from "../lib/core/db";
import { newId } from "../lib/core/ids";
import { wantDelivered } from "../lib/delivery/outbox";
import { generateSigningKey, publicJwk } from "../lib/protocol/httpsig/jwk";
import { buildDiscovery } from "../lib/protocol/ocm/discovery";

// A thousand clouds in one process, each at a port of its own: those that answer, those that are silent, and those of
// which nothing is left but their name.

const key = publicJwk(generateSigningKey(), "key-1");
const PATHS = { endPoint: "/ocm", tokenEndPoint: "/ocm/token", jwksUri: "/ocm/jwks", webdavPath: "/dav/ocm/" };

export type Listener = { provider: string; heard: () => number; stop: () => void };

/** One that describes itself, and answers what it is told, or keeps silent. */
export async function listenAsCloud({ isSilent }: { isSilent: boolean }): Promise<Listener> {
  let told = 0;
  const server = createServer((request, response) => {
    request.resume();
    if (isSilent) return;
    if (request.method === "POST") told++;
    answer(server, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", 1024, resolve));
  const stop = () => {
    server.close();
    server.closeAllConnections();
  };
  return { provider: `peer.localhost:${portOf(server)}`, heard: () => told, stop };
}

const portOf = (server: Server) => (server.address() as AddressInfo).port;

function answer(server: Server, { method, url }: IncomingMessage, response: ServerResponse): void {
  const origin = `http://peer.localhost:${portOf(server)}`;
  const document = () =>
    buildDiscovery({ origin, name: "Peer", inviteAcceptDialog: "/accept", criteria: [], ...PATHS });
  const body = url === PATHS.jwksUri ? { keys: [key] } : url === "/.well-known/ocm" ? document() : {};
  response.writeHead(method === "POST" ? 201 : 200, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}

/** Ports at which nothing listens any more. */
export async function deadClouds(count: number): Promise<string[]> {
  const listeners = await Promise.all(Array.from({ length: count }, () => listenAsCloud({ isSilent: true })));
  for (const { stop } of listeners) stop();
  return listeners.map(({ provider }) => provider);
}

export type Told = { siteId: string; id: string; provider: string };

/** A share from each of these clouds that its receiver has accepted. */
export async function acceptedShares(siteId: string, receiverId: string, providers: string[]): Promise<Told[]> {
  const made = providers.map((provider) => ({ siteId, id: newId(), provider }));
  await db().receivedShare.createMany({
    data: made.map(({ id, provider }) => ({
      siteId,
      id,
      receiverId,
      provider,
      providerId: id,
      sender: `somebody@${provider}`,
      owner: `somebody@${provider}`,
      shareWith: "measured",
      senderName: "Somebody",
      name: `measured ${id}`,
      resourceType: "file",
      role: "viewer" as const,
      state: "accepted" as const,
    })),
  });
  return made;
}

/** Wants all of these clouds told. Returns the seconds from then until those that answer have heard it. */
export async function tellAll(shares: Told[], listeners: Listener[]): Promise<number> {
  const before = listeners.map(({ heard }) => heard());
  const haveHeard = () => listeners.every(({ heard }, n) => heard() > (before[n] ?? 0));
  await db().$transaction(
    async (tx) => {
      for (const { siteId, id, provider } of shares) {
        await wantDelivered(tx, { siteId, subjectKind: "received-share", subjectId: id, provider });
      }
    },
    { timeout: 60_000 },
  );
  const start = performance.now();
  while (!haveHeard()) {
    if (performance.now() - start > 120_000) throw new Error("A cloud that answers was not told in two minutes.");
    await sleep(5);
  }
  return (performance.now() - start) / 1_000;
}
