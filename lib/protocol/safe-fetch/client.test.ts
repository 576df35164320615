import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { networkInterfaces } from "node:os";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, it, vi } from "vitest";
import { readPrivateNetwork } from "./addresses";
import { createGuardedClient, type GuardedClient } from "./client";
import { asPeerFailure } from "./failures";

const HOST = "peer.localhost";
const allowHosts = [{ host: HOST, address: "127.0.0.1" }];
const servers: Server[] = [];
const clients: GuardedClient[] = [];

/** A real server on loopback, its address under our name for it, and how many connections it has seen. */
async function serve(listener: RequestListener) {
  const server = createServer(listener);
  const seen = { connections: 0 };
  server.on("connection", () => seen.connections++);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { port, url: `http://${HOST}:${port}`, seen };
}

function makeClient(options: Partial<Parameters<typeof createGuardedClient>[0]> = {}): GuardedClient {
  const client = createGuardedClient({ allowHosts, ...options });
  clients.push(client);
  return client;
}

const failure = (code: string) => expect.objectContaining({ status: 502, code });

afterEach(async () => {
  for (const server of servers.splice(0)) server.closeAllConnections();
  await Promise.all(clients.splice(0).map((client) => client.close()));
});

describe("a message", () => {
  it("is sent, and answered wholly", async () => {
    const { url } = await serve(async (request, response) => {
      response.setHeader("X-Two", ["a", "b"]);
      response.statusCode = 201;
      response.end(`${request.method} ${request.url} ${request.headers["x-one"]} ${await buffer(request)}`);
    });

    const answer = await makeClient().request(`${url}/ocm?x`, {
      method: "POST",
      headers: { "x-one": "1" },
      body: "hi",
    });

    expect(answer).toMatchObject({ status: 201, body: Buffer.from("POST /ocm?x 1 hi") });
    expect(answer.headers["x-two"]).toBe("a,b");
  });

  it("asks for no encoding, even if told to", async () => {
    const { url } = await serve((request, response) => response.end(request.headers["accept-encoding"]));

    const { body } = await makeClient().request(url, { headers: { "accept-encoding": "gzip" } });

    expect(body.toString()).toBe("identity");
  });

  it("answered in an encoding that unfolds is refused, as is a streamed one", async () => {
    const { url } = await serve((_, response) => {
      response.setHeader("Content-Encoding", "gzip").end(gzipSync(Buffer.alloc(1 << 20)));
    });

    await expect(makeClient().request(url)).rejects.toEqual(failure("PEER_ENCODING_REFUSED"));
    await expect(makeClient().stream(url)).rejects.toEqual(failure("PEER_ENCODING_REFUSED"));
  });

  it.each([301, 302, 303, 307, 308])("is not redirected by a %d", async (status) => {
    const elsewhere = await serve((_, response) => response.end("secret"));
    const { url } = await serve((_, response) => response.writeHead(status, { location: elsewhere.url }).end());

    await expect(makeClient().request(url)).rejects.toEqual(failure("PEER_REDIRECTED"));
    await expect(makeClient().stream(url)).rejects.toEqual(failure("PEER_REDIRECTED"));
    expect(elsewhere.seen.connections).toBe(0);
  });

  it("answered with too much is broken off, whether it says so or not", async () => {
    let sent = 0;
    const { url } = await serve((request, response) => {
      if (request.url === "/said") return void response.setHeader("Content-Length", 1e9).write("x");
      Readable.from(
        (function* () {
          for (; sent < 1e9; sent += 65_536) yield Buffer.alloc(65_536);
        })(),
      )
        .on("error", () => {})
        .pipe(response);
    });

    await expect(makeClient().request(`${url}/said`, { maxBytes: 100_000 })).rejects.toEqual(failure("PEER_TOO_LARGE"));
    await expect(makeClient().request(`${url}/unsaid`, { maxBytes: 100_000 })).rejects.toEqual(
      failure("PEER_TOO_LARGE"),
    );
    expect(sent).toBeLessThan(1e8);
  });

  it("answered with exactly the limit is taken", async () => {
    const { url } = await serve((_, response) => response.end("x".repeat(1000)));

    expect((await makeClient().request(url, { maxBytes: 1000 })).body).toHaveLength(1000);
  });

  it("not answered, or answered drop by drop, is given up in time", async () => {
    const { url } = await serve(async (request, response) => {
      if (request.url === "/silent") return;
      response.writeHead(200);
      while (!response.destroyed) {
        response.write("x");
        await sleep(20);
      }
    });
    const started = performance.now();

    await expect(makeClient().request(`${url}/silent`, { timeoutMs: 200 })).rejects.toEqual(failure("PEER_TIMEOUT"));
    await expect(makeClient().request(`${url}/drops`, { timeoutMs: 200 })).rejects.toEqual(failure("PEER_TIMEOUT"));
    expect(performance.now() - started).toBeLessThan(20_000); // the drops alone would go on for ever
  });

  it("whose head comes drop by drop is given up in time, also as a stream", async () => {
    const { url } = await serve(async (request) => {
      request.socket.write("HTTP/1.1 200 OK\r\n");
      while (!request.socket.destroyed) {
        request.socket.write("X-A: b\r\n");
        await sleep(20);
      }
    });

    await expect(makeClient().request(url, { timeoutMs: 200 })).rejects.toEqual(failure("PEER_TIMEOUT"));
    await expect(makeClient().stream(url, { headersTimeoutMs: 200 })).rejects.toEqual(failure("PEER_TIMEOUT"));
  });

  it("whose head never ends is broken off", async () => {
    const { url } = await serve((request) => {
      request.socket.on("error", () => {});
      request.socket.write(`HTTP/1.1 200 OK\r\n${"X-A: b\r\n".repeat(10_000)}`);
    });

    await expect(makeClient().request(url)).rejects.toEqual(failure("PEER_UNREACHABLE"));
  });

  it("to nobody fails", async () => {
    const { url, port } = await serve(() => {});
    await new Promise((resolve) => servers.splice(0)[0]?.close(resolve));

    await expect(makeClient().request(url)).rejects.toEqual(failure("PEER_UNREACHABLE"));
    await expect(makeClient().request(`https://${HOST}:${port}`)).rejects.toEqual(failure("PEER_UNREACHABLE"));
    await expect(
      makeClient({ resolve: async () => Promise.reject(new Error("ENOTFOUND")) }).request(url),
    ).rejects.toEqual(failure("PEER_UNREACHABLE"));
  });

  it("is cancelled by the caller, who gets his own reason back", async () => {
    const { url } = await serve(() => {});
    const controller = new AbortController();
    const reason = new Error("no longer wanted");
    setTimeout(() => controller.abort(reason), 50);

    await expect(makeClient().request(url, { signal: controller.signal })).rejects.toBe(reason);
  });
});

describe("an address is refused", () => {
  it.each([
    "https://127.0.0.1",
    "https://127.1",
    "https://0x7f.1",
    "https://0x7f000001",
    "https://2130706433",
    "https://017700000001",
    "https://0177.0.0.1",
    "https://0",
    "https://0.0.0.0",
    "https://１２７.0.0.1",
    "https://[::1]",
    "https://[::]",
    "https://[::ffff:127.0.0.1]",
    "https://[::ffff:7f00:1]",
    "https://[::127.0.0.1]",
    "https://[64:ff9b::7f00:1]",
    "https://[2002:7f00:1::]",
    "https://169.254.169.254",
    "https://10.0.0.1",
    "https://100.64.0.1",
    "https://[fe80::1]",
    "https://[fd00::1]",
    "https://localhost",
    "https://LOCALHOST",
    "https://other.localhost",
  ])("when it is %s", async (base) => {
    const { port, seen } = await serve((_, response) => response.end("secret"));

    await expect(makeClient().request(`${base}:${port}/`)).rejects.toEqual(failure("PEER_ADDRESS_REFUSED"));
    await expect(makeClient().stream(`${base}:${port}/`)).rejects.toEqual(failure("PEER_ADDRESS_REFUSED"));
    expect(seen.connections).toBe(0);
  });

  it.each([
    "",
    "/ocm",
    "ftp://cloud.example.org/",
    "file:///etc/passwd",
    "data:text/plain,x",
    "http://cloud.example.org/",
    "http://1.1.1.1/",
    `https://alice@${HOST}/`,
    `http://alice:secret@${HOST}/`,
    `http://${HOST}.evil.example/`,
  ])("before anything is resolved, when it is %j", async (url) => {
    const resolve = vi.fn(async () => [{ address: "127.0.0.1", family: 4 }]);

    await expect(makeClient({ resolve }).request(url)).rejects.toEqual(failure("PEER_ADDRESS_REFUSED"));
    expect(resolve).not.toHaveBeenCalled();
  });

  it("when any of the answers of its name is private", async () => {
    const { port, seen } = await serve((_, response) => response.end("secret"));
    const resolve = async () => [
      { address: "1.1.1.1", family: 4 },
      { address: "127.0.0.1", family: 4 },
    ];

    await expect(makeClient({ resolve }).request(`https://cloud.example.org:${port}`)).rejects.toEqual(
      failure("PEER_ADDRESS_REFUSED"),
    );
    expect(seen.connections).toBe(0);
  });

  it("when its name has no answer at all", async () => {
    await expect(makeClient({ resolve: async () => [] }).request("https://cloud.example.org")).rejects.toEqual(
      failure("PEER_ADDRESS_REFUSED"),
    );
  });

  it("when an excepted name answers with an address that is not excepted, over http even a public one", async () => {
    for (const address of ["127.0.0.2", "10.0.0.1", "1.1.1.1"]) {
      const client = makeClient({ resolve: async () => [{ address, family: 4 }] });

      await expect(client.request(`http://${HOST}:1/`)).rejects.toEqual(failure("PEER_ADDRESS_REFUSED"));
    }
  });

  it("when an excepted address goes by another name", async () => {
    const { port, seen } = await serve((_, response) => response.end("secret"));
    const client = makeClient({ resolve: async () => [{ address: "127.0.0.1", family: 4 }] });

    await expect(client.request(`https://evil.example:${port}/`)).rejects.toEqual(failure("PEER_ADDRESS_REFUSED"));
    await expect(client.request(`http://evil.example:${port}/`)).rejects.toEqual(failure("PEER_ADDRESS_REFUSED"));
    await expect(client.request(`http://127.0.0.1:${port}/`)).rejects.toEqual(failure("PEER_ADDRESS_REFUSED"));
    expect(seen.connections).toBe(0);
  });

  it("when its name answers otherwise the second time: each connection is checked by its own, single answer", async () => {
    const { url, seen } = await serve((_, response) => response.setHeader("Connection", "close").end("first"));
    const answers = ["127.0.0.1", "127.0.0.2"];
    const resolve = vi.fn(async () => [{ address: answers[resolve.mock.calls.length - 1] ?? "127.0.0.3", family: 4 }]);
    const client = makeClient({ resolve });

    expect((await client.request(url)).body.toString()).toBe("first");
    await expect(client.request(url)).rejects.toEqual(failure("PEER_ADDRESS_REFUSED"));
    expect(resolve).toHaveBeenCalledTimes(2);
    expect(seen.connections).toBe(1);
  });
});

describe("a host of our own", () => {
  it("is reached at its own door in the clear, whatever its name resolves to", async () => {
    const { port } = await serve((request, response) => response.end(`${request.headers.host} ${request.url}`));
    const resolve = vi.fn(async () => [{ address: "10.0.0.1", family: 4 }]);
    const opened = vi.fn();
    const own = { address: "127.0.0.1", port, isHttp: false, opened };
    const client = makeClient({ resolve, findOwnHost: (authority) => (authority === "own.example.org" ? own : null) });

    const answer = await client.request("https://own.example.org/ocm");

    expect(answer.body.toString()).toBe("own.example.org /ocm");
    expect(resolve).not.toHaveBeenCalled();
    expect(opened).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ remotePort: port }));
  });

  it("is no way to another port, to another name, nor to plain http", async () => {
    const { port, seen } = await serve((_, response) => response.end("secret"));
    const resolve = async () => [{ address: "127.0.0.1", family: 4 }];
    const own = { address: "127.0.0.1", port, isHttp: false, opened: () => {} };
    const client = makeClient({ resolve, findOwnHost: (authority) => (authority === "own.example.org" ? own : null) });

    for (const url of [`https://own.example.org:${port}`, "https://a.own.example.org", "http://own.example.org"])
      await expect(client.request(url)).rejects.toEqual(failure("PEER_ADDRESS_REFUSED"));
    expect(seen.connections).toBe(0);
  });
});

it("takes an exception for https only as that", async () => {
  const { port, url } = await serve((_request, answer) => answer.end());
  const client = makeClient({ allowHosts: [{ host: `${HOST}:${port}`, address: "127.0.0.1", isHttpsOnly: true }] });

  expect(client.allowsHttp(`${HOST}:${port}`)).toBe(false);
  await expect(client.request(url)).rejects.toEqual(failure("PEER_ADDRESS_REFUSED"));
  await expect(client.request(url.replace("http:", "https:"))).rejects.toEqual(failure("PEER_UNREACHABLE"));
});

it("tells which hosts may be reached over plain http", () => {
  const client = makeClient();

  expect(client.allowsHttp(HOST)).toBe(true);
  expect(client.allowsHttp(`${HOST}:3001`)).toBe(true);
  expect(client.allowsHttp("cloud.example.org")).toBe(false);
});

describe("a stream", () => {
  it("goes both ways", async () => {
    const { url } = await serve((request, response) => {
      request.pipe(response);
    });
    const body = Readable.from(Array.from({ length: 64 }, () => Buffer.alloc(65_536, 1)));

    const answer = await makeClient().stream(url, { method: "PUT", body });

    expect(await buffer(answer.body)).toHaveLength(64 * 65_536);
  });

  it("has no limit but idleness, whose error has our name", async () => {
    const { url } = await serve(async (_, response) => {
      for (let count = 0; count < 8; count++) {
        response.write("x");
        await sleep(200);
      }
    });
    const { body } = await makeClient().stream(url, { headersTimeoutMs: 300, idleTimeoutMs: 1_000 });
    let received = 0;

    const error = await (async () => {
      for await (const chunk of body) received += chunk.length;
    })().catch((thrown) => asPeerFailure(thrown));

    expect(received).toBe(8);
    expect(error).toEqual(failure("PEER_TIMEOUT"));
  });

  it("does not wait behind other streams of the same peer, nor do messages", async () => {
    const { url } = await serve((request, response) => {
      if (request.url === "/quick") response.end("quick");
      else response.write("slow");
    });
    const client = makeClient();
    const slow = await Promise.all(Array.from({ length: 40 }, () => client.stream(url)));

    expect((await client.request(`${url}/quick`, { timeoutMs: 2_000 })).body.toString()).toBe("quick");
    expect((await client.stream(`${url}/quick`, { headersTimeoutMs: 2_000 })).status).toBe(200);

    for (const { body } of slow) body.on("error", () => {}).destroy();
  });

  it("is broken off there when it is given up here", async () => {
    const closed = vi.fn();
    const { url } = await serve((_, response) => {
      response.on("close", closed);
      response.write("x");
    });
    const controller = new AbortController();
    const { body } = await makeClient().stream(url, { signal: controller.signal });
    body.on("error", () => {});

    controller.abort();

    await vi.waitFor(() => expect(closed).toHaveBeenCalled());
  });
});

describe("a private network that was allowed for a name", () => {
  const addresses = Object.values(networkInterfaces()).flatMap((one) => one ?? []);
  const here = addresses.find(({ address }) => readPrivateNetwork(address) !== null)?.address ?? "";
  /** Who is reached there speaks no TLS: what counts is whether he hears anything at all. */
  async function reach(findNetworks: (authority: string) => Promise<string[]>, url = "https://cloud.example.org") {
    const seen = { connections: 0 };
    const server = createServer(() => {}).on("connection", () => seen.connections++);
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "::", resolve));
    const { port } = server.address() as AddressInfo;
    const resolve = async () => [{ address: here, family: here.includes(":") ? 6 : 4 }];
    const client = makeClient({
      resolve,
      findNetworks: (authority) => findNetworks(authority.replace(`:${port}`, "")),
    });
    const error = await client.request(`${url}:${port}/`).catch(({ code }) => code);
    return { error, ...seen };
  }

  it.runIf(here)("lets that name lead there, and no other", async () => {
    const allowed = async (authority: string) => (authority === "cloud.example.org" ? [`${here}`] : []);
    const networksOf = async (authority: string) =>
      (await allowed(authority)).map((address) => readPrivateNetwork(address) ?? "");

    const named = await reach(networksOf);
    const other = await reach(networksOf, "https://evil.example.org");

    expect([named.connections, named.error]).toEqual([1, expect.not.stringContaining("PEER_ADDRESS_REFUSED")]);
    expect(other).toEqual({ error: "PEER_ADDRESS_REFUSED", connections: 0 });
  });

  it("lets nothing lead elsewhere, nor in the clear, nor to this machine or an address that stands for itself", async () => {
    const attempts = [
      { address: "10.9.9.9", url: "https://cloud.example.org" },
      { address: "127.0.0.1", url: "https://cloud.example.org" },
      { address: "169.254.169.254", url: "https://cloud.example.org" },
      { address: "10.1.2.3", url: "http://cloud.example.org" },
      { address: "10.1.2.3", url: "https://10.1.2.3" },
    ];
    const findNetworks = async () => ["10.1.2.0/24"];

    const refusals = attempts.map(({ address, url }) =>
      makeClient({ resolve: async () => [{ address, family: 4 }], findNetworks })
        .request(url)
        .catch(({ code }) => code),
    );

    expect(new Set(await Promise.all(refusals))).toEqual(new Set(["PEER_ADDRESS_REFUSED"]));
  });

  it("that cannot be found out lets nothing lead there", async () => {
    const findNetworks = () => Promise.reject(new Error("the database is away"));
    const client = makeClient({ resolve: async () => [{ address: "10.1.2.3", family: 4 }], findNetworks });

    await expect(client.request("https://cloud.example.org")).rejects.toEqual(failure("PEER_UNREACHABLE"));
  });
});
