import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { afterEach, expect, it } from "vitest";
import { createGuardedClient } from "@/lib/protocol/safe-fetch/client";
import { generateSigningKey, publicJwk } from "./jwk";
import { signRequest } from "./sign";
import { verifyRequest } from "./verify";

const HOST = "beta.localhost";
const keyid = "alpha.localhost:3001#key-1";
const privateKey = generateSigningKey();
const now = new Date("2026-11-22T00:00:00Z");
const client = createGuardedClient({ allowHosts: [{ host: HOST, address: "127.0.0.1" }] });
let server: Server;

afterEach(async () => {
  await client.close();
  server.close();
});

it("a signed request holds after its way through a real client and a real server", async () => {
  server = createServer(async (request, response) => {
    const { method = "", url, rawHeaders } = request;
    const headers = rawHeaders.flatMap((name, index) =>
      index % 2 ? [] : [[name, rawHeaders[index + 1] ?? ""] as [string, string]],
    );
    const targetUri = `http://${request.headers.host}${url}`;
    const received = { method, targetUri, headers, body: await buffer(request), now };
    response.end(JSON.stringify(await verifyRequest(received, async () => publicJwk(privateKey, keyid))));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://${HOST}:${(server.address() as AddressInfo).port}/ocm/shares?a=%20b`;

  for (const body of [Buffer.from('{"name":"Grüße"}'), Buffer.alloc(0)]) {
    const created = now.getTime() / 1000;
    const headers = signRequest({ method: "POST", url, body, privateKey, keyid, created, nonce: "n" });
    const answer = await client.request(url, { method: "POST", headers, body });

    expect(JSON.parse(answer.body.toString())).toMatchObject({ ok: true, provider: "alpha.localhost:3001" });
  }
});
