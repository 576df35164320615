import dns from "node:dns";
import http, { type IncomingMessage } from "node:http";
import https from "node:https";
import { isIP, type LookupFunction } from "node:net";
import { pipeline, Readable } from "node:stream";
import { text } from "node:stream/consumers";
import type { Account } from "./accounts";
import { EXIT, exitOf, Failure } from "./failure";

/** A cloud that says nothing for so long is given up: it may have to hash and store a large file before it answers. */
const SILENCE = 300_000;

const agents = { "http:": new http.Agent({ keepAlive: true }), "https:": new https.Agent({ keepAlive: true }) };

/** Whether it is a name of this machine, which browsers resolve by themselves and Node does not. @see RFC 6761, 6.3 */
export function isLoopback(host: string): boolean {
  return /(^|\.)localhost$/i.test(host) || host === "[::1]" || (isIP(host) === 4 && host.startsWith("127."));
}

const lookup: LookupFunction = (host, options, done) => {
  if (!isLoopback(host)) return dns.lookup(host, options, done);
  return options.all ? done(null, [{ address: "127.0.0.1", family: 4 }]) : done(null, "127.0.0.1", 4);
};

/** A cloud, and as whom it is asked: nobody, where one is about to sign in. */
export type Asker = { origin: string; userName?: string; secret?: string };
export type Sent = { headers?: Record<string, string>; body?: string | Readable };

/**
 * Asks the cloud as this person. The answer is one of success, with its body still to be read; nothing is followed, so that
 * the app password goes nowhere else.
 *
 * @throws Failure with the exit code that fits a refusal, or that the cloud cannot be reached
 */
export async function ask(account: Asker, method: string, path: string, sent: Sent = {}): Promise<IncomingMessage> {
  const answer = await send(account, method, path, sent);
  const { statusCode = 0 } = answer;
  if (statusCode >= 200 && statusCode < 300) return answer;
  const refusal = await text(answer).catch((error) => Promise.reject(broken(account.origin, error)));
  if (sent.body instanceof Readable) sent.body.destroy();
  throw refused(answer, refusal, account);
}

/** The same where JSON goes both ways. */
export async function askJson<T>(account: Asker, method: string, path: string, body?: unknown): Promise<T> {
  const json = { "content-type": "application/json" };
  const sent = body === undefined ? {} : { headers: json, body: JSON.stringify(body) };
  const answer = await ask(account, method, path, sent);
  const read = await text(answer).catch((error) => Promise.reject(broken(account.origin, error)));
  return (read === "" ? undefined : JSON.parse(read)) as T;
}

/** A path of the API with its query. */
export function withQuery(path: string, query: Record<string, string | undefined>): string {
  const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return `${path}?${new URLSearchParams(given)}`;
}

/** All things of a list that comes in pages. */
export async function askAll<T>(account: Account, path: string, query: Record<string, string> = {}): Promise<T[]> {
  const all: T[] = [];
  let after: string | undefined;
  do {
    const page: { items: T[]; next: string | null } = await askJson(
      account,
      "GET",
      withQuery(path, { ...query, after }),
    );
    all.push(...page.items);
    after = page.next ?? undefined;
  } while (after !== undefined);
  return all;
}

function send({ origin, userName, secret }: Asker, method: string, path: string, { headers, body }: Sent) {
  const url = new URL(origin + path);
  const { request: open } = url.protocol === "https:" ? https : http;
  const agent = agents[url.protocol as keyof typeof agents];
  const length = typeof body === "string" ? { "content-length": String(Buffer.byteLength(body)) } : {};
  const auth = secret === undefined ? undefined : `${userName}:${secret}`;
  return new Promise<IncomingMessage>((resolve, reject) => {
    const sending = { "user-agent": "tessera", accept: "application/json", ...length, ...headers };
    const request = open(url, { method, agent, lookup, auth, headers: sending, timeout: SILENCE });
    request.on("response", resolve);
    request.on("timeout", () => request.destroy(new Error("it says nothing")));
    if (body instanceof Readable) {
      body.on("error", reject); // a file that cannot be read is not the fault of the cloud
      request.on("error", (error) => reject(broken(origin, error)));
      pipeline(body, request, () => {});
    } else {
      request.on("error", (error) => reject(broken(origin, error)));
      request.end(body);
    }
  });
}

/** That the connection did not come about, or broke. */
export function broken(origin: string, error: unknown): Failure {
  if (error instanceof Failure) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  return new Failure(EXIT.unreachable, `${new URL(origin).host} cannot be reached (${code ?? message}).`);
}

const isProblem = (value: unknown): value is { code: string; detail: string } =>
  typeof value === "object" && value !== null && "code" in value && "detail" in value;

function refused({ statusCode: status = 0, headers }: IncomingMessage, body: string, account: Asker): Failure {
  const { host } = new URL(account.origin);
  if (status >= 300 && status < 400) {
    return new Failure(EXIT.failed, `${host} sends us to ${headers.location}. Sign in under that address.`);
  }
  const isJson = /json/.test(headers["content-type"] ?? "");
  const problem = isJson && body !== "" ? (JSON.parse(body) as unknown) : null; // that to HEAD has no body
  if (!isProblem(problem)) {
    const code = status === 404 ? EXIT.failed : exitOf(status);
    const sentence = `${host} answered with ${status}: is it a Tessera, and does nothing stand before it?`;
    return new Failure(code, sentence, { status, code: "UNKNOWN" });
  }
  const again = status === 401 ? ` Sign in anew: tessera login ${host}` : "";
  return new Failure(exitOf(status), `${problem.detail}${again}`, { status, code: problem.code });
}
