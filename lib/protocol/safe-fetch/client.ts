import type { Readable } from "node:stream";
import { Agent, type Dispatcher, request as send } from "undici";
import { peerFailed } from "@/lib/core/errors";
import { type AllowedHost, authorityOf, exceptionsFor, portOf } from "@/lib/protocol/safe-fetch/addresses";
import {
  addressRefused,
  type FindNetworks,
  type FindOwnHost,
  guardedConnector,
  type Resolve,
  resolveHost,
} from "@/lib/protocol/safe-fetch/connector";
import { asPeerFailure } from "@/lib/protocol/safe-fetch/failures";

/** Header names in lower case. */
export type OutgoingHeaders = Record<string, string>;
export type AnswerHeaders = Record<string, string | undefined>;

export type MessageOptions = {
  method?: string;
  headers?: OutgoingHeaders;
  body?: Uint8Array | string;
  signal?: AbortSignal;
  maxBytes?: number;
  /** For the whole exchange, connecting included. */
  timeoutMs?: number;
};
export type StreamOptions = {
  method?: string;
  headers?: OutgoingHeaders;
  body?: Readable;
  signal?: AbortSignal;
  /** To the first byte of the answer; an upload starts it when its last byte is sent. */
  headersTimeoutMs?: number;
  /** How long nothing may come; there is no total limit. */
  idleTimeoutMs?: number;
};
export type Answer<Body> = { status: number; headers: AnswerHeaders; body: Body };

export type GuardedClient = {
  /** A small message, answered wholly in memory. */
  request(url: string | URL, options?: MessageOptions): Promise<Answer<Buffer>>;
  /** A file body, in constant memory. Errors of the answered stream are `asPeerFailure`'s to name. */
  stream(url: string | URL, options?: StreamOptions): Promise<Answer<Readable>>;
  /** Whether this host is our own and so reached, or on the exception list for more than https, so that it may be plain http. */
  allowsHttp(provider: string): boolean;
  close(): Promise<void>;
};

/**
 * The one client for every request whose address a user, a peer or a document can influence. Reaches public addresses
 * over https, the exceptions where both host name and address match, and private networks that were found for a name; follows no redirect; takes no encoded body.
 *
 * @throws PEER_ADDRESS_REFUSED, PEER_UNREACHABLE, PEER_TIMEOUT, PEER_TOO_LARGE, PEER_REDIRECTED, PEER_ENCODING_REFUSED,
 * PEER_CERTIFICATE_INVALID
 */
export function createGuardedClient(options: {
  allowHosts: AllowedHost[];
  resolve?: Resolve;
  findOwnHost?: FindOwnHost;
  findNetworks?: FindNetworks;
}): GuardedClient {
  const { allowHosts, resolve = resolveHost, findOwnHost, findNetworks } = options;
  const connect = guardedConnector(allowHosts, resolve, findOwnHost, findNetworks);
  const messages = new Agent({ connect, connections: 16, maxHeaderSize: 16_384 });
  // Of its own, so that long transfers take no connection from messages; as many as there are transfers.
  const files = new Agent({ connect, maxHeaderSize: 16_384 });
  const allowsHttp: AllowsHttp = (url) => {
    const exceptions = exceptionsFor(allowHosts, url.hostname.replace(/^\[|\]$/g, ""), portOf(url));
    return findOwnHost?.(authorityOf(url))?.isHttp ?? exceptions.some(({ isHttpsOnly }) => !isHttpsOnly);
  };

  return {
    request: async (url, sent = {}) => exchange(messages, requireReachable(url, allowsHttp), sent),
    stream: async (url, sent = {}) => transfer(files, requireReachable(url, allowsHttp), sent),
    allowsHttp: (provider) => allowsHttp(new URL(`https://${provider}`)),
    close: async () => {
      await Promise.all([messages.close(), files.close()]);
    },
  };
}

type AllowsHttp = (url: URL) => boolean;

function requireReachable(url: string | URL, allowsHttp: AllowsHttp): URL {
  if (!URL.canParse(url)) throw addressRefused();
  const target = new URL(url);
  const isHttp = target.protocol === "http:" && allowsHttp(target);
  if ((target.protocol !== "https:" && !isHttp) || target.username || target.password) throw addressRefused();
  return target;
}

async function exchange(agent: Agent, url: URL, options: MessageOptions): Promise<Answer<Buffer>> {
  const { method = "GET", body, signal, maxBytes = 1 << 20, timeoutMs = 10_000 } = options;
  const limit = AbortSignal.timeout(timeoutMs);
  try {
    const answer = await send(url, {
      dispatcher: agent,
      method,
      headers: { ...options.headers, "accept-encoding": "identity" },
      body,
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
    });
    const headers = requireAnswer(answer);
    return { status: answer.statusCode, headers, body: await readAll(answer.body, headers, maxBytes) };
  } catch (error) {
    throw asPeerFailure(error, signal);
  }
}

async function transfer(agent: Agent, url: URL, options: StreamOptions): Promise<Answer<Readable>> {
  const { method = "GET", body, signal, headersTimeoutMs = 10_000, idleTimeoutMs = 60_000 } = options;
  const limit = new AbortController();
  const late = () => limit.abort(new DOMException("No answer in time.", "TimeoutError"));
  // An upload may take as long as it flows; undici's own limit watches it.
  const timer = body ? undefined : setTimeout(late, headersTimeoutMs);
  try {
    const answer = await send(url, {
      dispatcher: agent,
      method,
      headers: { ...options.headers, "accept-encoding": "identity" },
      body,
      signal: signal ? AbortSignal.any([signal, limit.signal]) : limit.signal,
      headersTimeout: headersTimeoutMs,
      bodyTimeout: idleTimeoutMs,
    });
    return { status: answer.statusCode, headers: requireAnswer(answer), body: answer.body };
  } catch (error) {
    throw asPeerFailure(error, signal);
  } finally {
    clearTimeout(timer);
  }
}

/** Refuses what would lead elsewhere, and bodies whose size on the wire is not their size. */
function requireAnswer({ statusCode, headers, body }: Dispatcher.ResponseData): AnswerHeaders {
  const encoding = String(headers["content-encoding"] ?? "identity");
  const isRedirect = [301, 302, 303, 307, 308].includes(statusCode);
  if (isRedirect || encoding.toLowerCase() !== "identity") discard(body);
  if (isRedirect) throw peerFailed("PEER_REDIRECTED", "The other cloud pointed to another address.");
  if (encoding.toLowerCase() !== "identity") {
    throw peerFailed("PEER_ENCODING_REFUSED", "The other cloud answered in an encoding that was not asked for.");
  }
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value?.toString()]));
}

async function readAll(body: Readable, headers: AnswerHeaders, maxBytes: number): Promise<Buffer> {
  const tooLarge = () => peerFailed("PEER_TOO_LARGE", "The other cloud answered with more than is accepted.");
  if (Number(headers["content-length"]) > maxBytes) {
    discard(body);
    throw tooLarge();
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function discard(body: Readable): void {
  body.on("error", () => {});
  body.destroy();
}
