import { once } from "node:events";
import http from "node:http";
import { type AddressInfo, connect } from "node:net";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { pool } from "@/lib/core/db";
import { logger } from "@/lib/core/logger";
import { limitOften } from "@/lib/limits/limit-often";
import { setOwnListener } from "@/lib/sites/own-listener";
import { listSites } from "@/lib/sites/sites";
import { guardedClient } from "@/lib/trust/guarded-client";
import { makeSite } from "@/tests/make";
import { dispatcher, type Handler } from "./dispatch";
import { watchAnswers } from "./shut-down";

process.env.TRUSTED_PROXIES = "127.0.0.1"; // before the configuration is read

let seen: string[] = [];
/** How long each of these requests may be silent. */
let patience: (number | undefined)[] = [];
/** Addresses that have GET alone. */
const METHODS = /^\/(api|ocs\/v[12]\.php|sciencemesh)\/x(\?.*)?$/;
/** Stands for Next, which these tests only ask whether it was called. */
const next: Handler = async (req, res) => {
  seen.push(`${req.method} ${req.url}`);
  patience.push(req.socket.timeout);
  if (METHODS.test(req.url ?? "") && req.method === "OPTIONS") res.setHeader("allow", "GET, OPTIONS");
  else if (METHODS.test(req.url ?? "") && req.method !== "GET") {
    res.statusCode = 405; // as Next does it, without a head of its own
    return void res.end();
  }
  if (req.url === "/begun") res.write("half a ");
  if (req.url === "/begun" || req.url === "/slow") await sleep(300);
  if (req.url === "/body") return void (await text(req).catch(() => ""));
  if (req.url === "/bug") throw new Error("a bug");
  res.end("page");
};
const server = http.createServer({ keepAliveTimeout: 600_000 });
const drain = watchAnswers(server);
const handle = dispatcher(next);
server.on("request", (req, res) => void handle(req, res));
let origin = "";

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeEach(() => {
  seen = [];
  patience = [];
});
afterAll(() => server.closeAllConnections());

it("hands pages and our own API to Next, and nothing else", async () => {
  await makeSite();

  await fetch(`${origin}/files/a?b=c`);
  await fetch(`${origin}/api/account`, { method: "POST" });
  await fetch(`${origin}/content/files?path=/x`);
  await fetch(`${origin}/dav/ocm/x/`, { method: "GET" });
  await fetch(`${origin}/files`, { method: "PROPFIND" });
  await fetch(`${origin}/davos`);

  expect(seen).toEqual(["GET /files/a?b=c", "POST /api/account", "GET /davos"]);
});

it("says in the words of our API which methods a path of it has", async () => {
  await makeSite();

  const refused = await fetch(`${origin}/api/x`, { method: "PATCH" });

  expect([refused.status, refused.headers.get("allow")]).toEqual([405, "GET, OPTIONS"]);
  expect(refused.headers.get("content-type")).toBe("application/problem+json");
  expect(await refused.json()).toMatchObject({ code: "METHOD_NOT_ALLOWED" });
  expect(await (await fetch(`${origin}/api/x`)).text()).toBe("page");
});

it("lets nothing but a copy or a move between clouds be silent for long", async () => {
  await makeSite();
  server.setTimeout(120_000);

  for (const what of ["copy", "folders", "move"]) await fetch(`${origin}/api/files/${what}`, { method: "POST" });

  expect(patience).toEqual([65 * 60_000, 120_000, 65 * 60_000]);
  server.setTimeout(0);
});

it("answers health without a site, and readiness by its parts", async () => {
  const health = await fetch(`${origin}/healthz`);
  const readiness = await fetch(`${origin}/readyz`);

  expect(health.status).toBe(200);
  expect(readiness.status).toBe(503);
  const { checks } = await readiness.json();
  expect(checks).toEqual({ database: true, migrations: true, store: true, jobs: false });
});

it("finds the same, however many ask at once", async () => {
  const query = vi.spyOn(pool(), "query");
  const answers = await Promise.all(Array.from({ length: 40 }, () => fetch(`${origin}/readyz`)));
  const stores = await Promise.all(answers.map(async (answer) => (await answer.json()).checks.store));

  expect(stores).toEqual(stores.map(() => true));
  expect(query.mock.calls.length).toBeLessThanOrEqual(4);
  query.mockRestore();
});

it("knows no other host where there is more than one site", async () => {
  await makeSite("http://a.example.org");
  await makeSite("http://b.example.org");

  const answer = await fetch(`${origin}/files`);

  expect(answer.status).toBe(421);
  expect(await answer.json()).toMatchObject({ code: "UNKNOWN_HOST" });
  expect(seen).toEqual([]);
});

function alreadyCame(siteId: string, address: string): void {
  const door = { siteId, key: `address:${address}`, max: Number.POSITIVE_INFINITY };
  for (let n = 0; n < 60_000; n++) limitOften(door);
}

it("takes so many requests of one address in a minute, of whatever kind", async () => {
  alreadyCame((await makeSite()).id, "203.0.113.9");

  expect((await fetch(`${origin}/files`, { headers: { "x-forwarded-for": "203.0.113.9" } })).status).toBe(429);
  expect((await fetch(`${origin}/files`)).status).toBe(200);
});

it("counts what sites of this installation ask of each other by no address, and takes nobody's word for that", async () => {
  await makeSite("https://a.example.org");
  const { id } = await makeSite("https://b.example.org");
  alreadyCame(id, "127.0.0.1");
  await listSites();
  const { port } = server.address() as AddressInfo;
  setOwnListener({ address: "127.0.0.1", port });

  const within = await guardedClient().request("https://b.example.org/within");
  const claimed = http.get(`${origin}/claimed`, { headers: { host: "b.example.org", "x-tessera-within": "1" } });
  const [refused] = (await once(claimed, "response")) as [http.IncomingMessage];

  expect(within.status).toBe(200);
  expect(refused.statusCode).toBe(429);
  expect(seen).toEqual(["GET /within"]);
  refused.resume();
});

it("lets no big body reach Next", async () => {
  await makeSite();

  const answer = await fetch(`${origin}/api/account`, { method: "POST", body: "x".repeat(1_100_000) }).catch(
    () => null,
  );

  expect(answer === null || answer.status === 413).toBe(true);
  expect(seen).toEqual([]);
});

/** A request whose target goes out as it stands: `fetch` would tidy it up. */
async function askRaw(target: string): Promise<string> {
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  socket.write(`POST ${target} HTTP/1.1\r\nHost: cloud\r\nConnection: close\r\n\r\n`);
  return (await text(socket)).split("\r\n", 1)[0] ?? "";
}

it.each([
  "/x/../api/auth/csrf",
  "/x/%2e%2E/api/auth/csrf",
  "/./sign-in",
  "/.%2e",
  "//api/auth/csrf",
  "/x//..//api",
  "/\\api/auth/csrf",
  "/sign-in#x",
  "http://cloud/api/auth/csrf",
  "*",
  "/files/a%00",
  "/api/contacts?search=%00",
])("refuses a target that others would read otherwise, or not at all: %s", async (target) => {
  await makeSite();

  expect(await askRaw(target)).toBe("HTTP/1.1 400 Bad Request");
  expect(seen).toEqual([]);
});

it("takes dots where they are part of a name", async () => {
  await makeSite();

  for (const target of ["/.well-known/ocm", "/files/...", "/files/.env", "/files/a..b?x=../y"]) {
    expect(await askRaw(target)).toBe("HTTP/1.1 200 OK");
  }
});

it("refuses another cloud in the words of the OCM API, and logs it", async () => {
  await makeSite();
  const log = vi.spyOn(logger("http"), "info");
  const big = http.request(`${origin}/ocm/shares`, { method: "POST", headers: { "content-length": 2_000_000 } });
  big.on("error", () => {}).flushHeaders();

  const [answer] = (await once(big, "response")) as [http.IncomingMessage];

  expect(answer.statusCode).toBe(413);
  expect(JSON.parse(await text(answer))).toEqual({ message: "BODY_TOO_LARGE", validationErrors: [] });
  const fact = { pathname: "/ocm/shares", status: 413, reason: "BODY_TOO_LARGE" };
  expect(log).toHaveBeenCalledWith(fact, "ocm request refused");
  big.destroy();
});

it("does not wait for ever for the rest of a body", async () => {
  await makeSite();
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const slow = http.request(`${origin}/body`, { method: "POST", headers: { "content-length": 10 } });
  slow.write("x");
  const broken = once(slow, "error");
  await vi.waitFor(() => expect(seen).toEqual(["POST /body"]));

  vi.advanceTimersByTime(29_000);
  expect(slow.destroyed).toBe(false);
  vi.advanceTimersByTime(1_000);

  vi.useRealTimers();
  expect((await broken)[0]).toMatchObject({ code: "ECONNRESET" });
});

it("lets no body of unknown length reach Next, but those of other clouds through to whoever counts the bytes", async () => {
  await makeSite();
  const send = (path: string) => {
    const body = new Blob(["x"]).stream();
    return fetch(origin + path, { method: "POST", body, duplex: "half" } as RequestInit);
  };

  for (const path of ["/api/auth/callback/credentials", "/api/account", "/files"]) {
    expect((await send(path)).status).toBe(411);
  }
  expect(seen).toEqual([]);
});

it("hands what other clouds sign to the OCM API, however long it says to be, and Next hears nothing of it", async () => {
  await makeSite();
  const send = (text: string) => {
    const body = new Blob([text]).stream();
    return fetch(`${origin}/ocm/shares`, { method: "POST", body, duplex: "half" } as RequestInit);
  };

  const [unsigned, big, read] = [await send("{}"), await send("x".repeat(70_000)), await fetch(`${origin}/ocm/shares`)];

  expect([unsigned.status, big.status, read.status]).toEqual([401, 413, 405]);
  expect(await big.json()).toEqual({ message: "BODY_TOO_LARGE", validationErrors: [] });
  expect(read.headers.get("allow")).toBe("POST");
  expect(unsigned.headers.get("x-content-type-options")).toBe("nosniff");
  expect(seen).toEqual([]);
});

it.each([
  ["/ocs/v1.php/x", 200, "xml", "<statuscode>405</statuscode>"],
  ["/ocs/v2.php/x", 405, "xml", "<statuscode>405</statuscode>"],
  ["/ocs/v2.php/x?format=json", 405, "json", '"statuscode":405'],
  ["/sciencemesh/x", 405, "json", '"code":"METHOD_NOT_ALLOWED"'],
])("says at %s in the words of that API that it has no such method", async (path, status, type, words) => {
  await makeSite();

  const answer = await fetch(origin + path, { method: "DELETE" });

  expect([answer.status, answer.headers.get("allow")]).toEqual([status, "GET, OPTIONS"]);
  expect(answer.headers.get("content-type")).toContain(`application/${type}`);
  expect(await answer.text()).toContain(words);
});

it("allows scripts only by a nonce that is new each time, and no frame around us", async () => {
  await makeSite("https://cloud.example.org");
  const policies = await Promise.all(
    [1, 2].map(async () => (await fetch(origin)).headers.get("content-security-policy")),
  );

  const nonces = policies.map((policy) => /script-src 'self' 'nonce-([^']+)';/.exec(policy ?? "")?.[1]);
  expect(nonces[0]).toBeDefined();
  expect(nonces[0]).not.toBe(nonces[1]);
  expect(policies[0]).toContain("frame-ancestors 'none'");
  expect(policies[0]).not.toMatch(/script-src[^;]*unsafe/);
});

it("asks browsers to keep to https, and to tell nobody the address of a page that carries a token", async () => {
  await makeSite("https://cloud.example.org");
  const headersOf = async (path: string) => (await fetch(origin + path)).headers;

  expect((await headersOf("/files")).get("strict-transport-security")).toMatch(/max-age/);
  expect((await headersOf("/files")).get("referrer-policy")).toBe("same-origin");
  for (const path of [
    "/invite?token=x",
    "/invite/accept?token=x",
    "/setup?code=x",
    "/sign-in?next=x",
    "/change-password?next=x",
  ]) {
    expect((await headersOf(path)).get("referrer-policy")).toBe("no-referrer");
  }
});

it("answers a bug with 500 and says nothing of it", async () => {
  await makeSite();

  const answer = await fetch(`${origin}/bug`);

  expect(answer.status).toBe(500);
  expect(await answer.text()).not.toContain("a bug");
});

it("lets what is under way finish when it stops, and takes nothing new", async () => {
  await makeSite();
  const slow = ["/slow", "/begun"].map((path) => fetch(origin + path).then((answer) => answer.text()));
  while (seen.length < 2) await sleep(10);
  const silent = connect(Number(new URL(origin).port), "127.0.0.1");
  await once(silent, "connect");

  const drained = drain(600_000);
  const refused = await fetch(`${origin}/files`).catch(() => null);

  expect(refused).toBeNull();
  expect(await Promise.all(slow)).toEqual(["page", "half a page"]);
  await drained;
  await once(silent, "close");
});
