import { once } from "node:events";
import fs from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { tessera } from "@/tests/command-line";
import { pauseAfter } from "./device-login";
import { EXIT, Failure } from "./failure";

// What is kept of a sign-in, and where it is sent; what running clouds say is in e2e/command-line.spec.ts.
let config: string;
let server: ReturnType<typeof createServer>;
let asked: { url: string; authorization?: string }[];
let answer: (req: IncomingMessage, res: ServerResponse) => unknown;
const port = () => (server.address() as AddressInfo).port;
const kept = () => path.join(config, "tessera/clouds.json");
const refuse = (res: ServerResponse, status: number, code: string) =>
  res
    .writeHead(status, { "content-type": "application/problem+json" })
    .end(JSON.stringify({ status, code, detail: "No." }));

beforeEach(async () => {
  config = fs.mkdtempSync(path.join(os.tmpdir(), "tessera-login-"));
  asked = [];
  answer = (_req, res) => res.end(JSON.stringify({ items: [], next: null }));
  server = createServer((req, res) => {
    asked.push({ url: req.url ?? "", authorization: req.headers.authorization });
    answer(req, res);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  fs.rmSync(config, { recursive: true, force: true });
});

const run = (...args: string[]) => tessera({ config }, ...args);
const login = (host: string, userName: string) =>
  tessera({ config, input: `app_${userName}\n` }, "login", `${host}:${port()}`, "-u", userName, "--password-stdin");
const userOf = ({ authorization = "" }: { authorization?: string }) =>
  Buffer.from(authorization.replace("Basic ", ""), "base64").toString();

it("keeps several, of which the last one or the chosen one counts, or the one that is named", async () => {
  await login("a.localhost", "alice");
  await login("b.localhost", "bob");
  asked = [];

  await run("contact", "list");
  await run("contact", "list", "--cloud", `a.localhost:${port()}`);
  await run("cloud", "use", `alice@a.localhost:${port()}`);
  await run("contact", "list");
  const unknown = await run("contact", "list", "--cloud", "c.localhost");

  expect(asked.map(userOf)).toEqual(["bob:app_bob", "alice:app_alice", "alice:app_alice"]);
  expect(unknown.code).toBe(3);
  expect([fs.statSync(kept()).mode & 0o777, fs.statSync(path.dirname(kept())).mode & 0o777]).toEqual([0o600, 0o700]);
});

it("asks which, where one is two people at a cloud", async () => {
  await login("a.localhost", "alice");
  await login("a.localhost", "bob");

  const { code, err } = await run("ls", "--cloud", `a.localhost:${port()}`);

  expect(code).toBe(2);
  expect(err).toContain(`--cloud alice@a.localhost:${port()} or --cloud bob@a.localhost:${port()}`);
});

it("keeps nothing of what is refused, and forgets what it is told to", async () => {
  answer = (_req, res) => refuse(res, 401, "APP_PASSWORD_WRONG");
  const wrong = await login("a.localhost", "alice");
  const wasKept = fs.existsSync(kept());
  answer = (req, res) =>
    req.url?.includes("contacts") ? refuse(res, 403, "APP_PASSWORD_NOT_FOR_THIS") : res.end("{}");
  const half = await login("a.localhost", "alice");
  await run("logout");

  expect([wrong.code, wasKept, half.code]).toEqual([3, false, 0]);
  expect(half.err).toContain("as alice, for files.");
  expect(fs.readFileSync(kept(), "utf8")).not.toContain("app_");
});

it("takes no app password to where a cloud sends it", async () => {
  answer = (req, res) => {
    if (req.headers.host?.startsWith("a.")) res.writeHead(302, { location: `http://b.localhost:${port()}/` }).end();
    else res.end("{}");
  };

  const { code, err } = await login("a.localhost", "alice");

  expect([code, asked.length]).toEqual([1, 1]);
  expect(err).toContain("Sign in under that address.");
});

it("stops sending a file that is refused, and tells why", async () => {
  const file = path.join(config, "large");
  fs.writeFileSync(file, Buffer.alloc(8_000_000));
  answer = (req, res) => {
    if (req.method !== "PUT") return refuse(res, 404, "NODE_NOT_FOUND");
    refuse(res, 403, "READ_ONLY");
    req.resume();
  };
  const env = { TESSERA_CLOUD: `a.localhost:${port()}`, TESSERA_USER: "alice", TESSERA_APP_PASSWORD: "app_x" };

  const { code, err } = await tessera({ config, env }, "put", file, "/large");

  expect(code).toBe(5);
  expect(err.trim()).toBe("No.");
});

it("gives the app password of the environment to the cloud of the environment alone", async () => {
  await login("b.localhost", "bob");
  asked = [];
  const env = { TESSERA_CLOUD: `a.localhost:${port()}`, TESSERA_USER: "alice", TESSERA_APP_PASSWORD: "app_x" };
  const list = (...named: string[]) => tessera({ config, env }, "contact", "list", ...named);

  await list();
  await list("--cloud", `http://a.localhost:${port()}/`);
  await list("--cloud", `b.localhost:${port()}`);
  const other = await list("--cloud", `c.localhost:${port()}`);

  expect(asked.map(userOf)).toEqual(["alice:app_x", "alice:app_x", "bob:app_bob"]);
  expect(other.code).toBe(3);
});

const SECRET = "app_aaaa-bbbb";
/** A cloud that answers its polls so, one after the other, the last one again and again. */
function letInBy(...polls: ((res: ServerResponse) => unknown)[]): void {
  const verificationUri = "https://cloud.example.org/device";
  const begun = { deviceCode: SECRET, userCode: "ABCD-2345", verificationUri, expiresIn: 60, interval: 0.01 };
  answer = (req, res) => {
    if (req.url === "/api/device-logins") return res.writeHead(201).end(JSON.stringify(begun));
    const poll = polls.length > 1 ? polls.shift() : polls[0];
    return poll?.(res);
  };
}
const granted = (res: ServerResponse) => res.end(JSON.stringify({ userName: "alice", scopes: ["files", "shares"] }));
const pending = (res: ServerResponse) => refuse(res, 400, "AUTHORIZATION_PENDING");

it("shows an address and a code, waits for the answer in a browser, and keeps what it waited with", async () => {
  letInBy(pending, pending, granted);

  const { code, err, out } = await run("login", `a.localhost:${port()}`, "--json");

  expect([code, asked.filter(({ authorization }) => authorization)]).toEqual([0, []]);
  expect(err).toContain("Open https://cloud.example.org/device in a browser");
  expect(err).toMatch(/^ +ABCD-2345$/m);
  expect(JSON.parse(out)).toEqual({ cloud: `alice@a.localhost:${port()}`, scopes: ["files", "shares"] });
  expect(JSON.parse(fs.readFileSync(kept(), "utf8")).accounts).toMatchObject([{ userName: "alice", secret: SECRET }]);
});

it("waits longer when it is told to and when the cloud cannot be reached, and goes on", () => {
  const refusalOf = (code: string) => new Failure(EXIT.failed, "No.", { status: 400, code });
  const pauses = [refusalOf("AUTHORIZATION_PENDING"), refusalOf("SLOW_DOWN"), new Failure(EXIT.unreachable, "Away.")];

  expect(pauses.map(pauseAfter)).toEqual([0, 5, 5]);
  expect(() => pauseAfter(refusalOf("ANYTHING_ELSE"))).toThrow("No.");
});

it.each([
  ["ACCESS_DENIED", 5],
  ["EXPIRED_TOKEN", 3],
])("ends when the answer is %s, and keeps nothing", async (refusal, exit) => {
  letInBy(pending, (res) => refuse(res, 400, refusal));

  const { code } = await run("login", `a.localhost:${port()}`);

  expect([code, fs.existsSync(kept())]).toEqual([exit, false]);
});
