import { Readable } from "node:stream";
import { type AppError, invalid, isAppError } from "@/lib/core/errors";
import type { TreePath } from "@/lib/files/tree";
import { formatDavPath } from "@/lib/protocol/dav/path";
import { isSafeName } from "@/lib/protocol/ocm/text";
import type { Answer, GuardedClient } from "@/lib/protocol/safe-fetch/client";
import { failureOf, naming, peerBusy, peerLate } from "./failures";

/** Where a received share lies, and how to get in. */
export type Source = {
  /** The share's address, as the sending cloud gave it. */
  baseUrl: string;
  provider: string;
  /** What most likely opens it now, as the header has it. */
  getAuthorization(): Promise<string>;
  /** What else may, if anything. */
  others?: {
    /** The next one after all of these were refused; null: none is left. */
    next(refused: string[]): Promise<OtherWay | null>;
    /** Is told what opened it after others did not, and keeps nobody waiting. */
    opened(authorization: string): void;
  };
  /** How long a first byte may take, if finding the way here took some of the time. */
  firstByteMs?: number;
  client: Pick<GuardedClient, "stream">;
};

/** `isRenewed`: it is a token, as all that was refused. */
export type OtherWay = { authorization: string; isRenewed: boolean };

export type PeerRequest = {
  method: string;
  path: TreePath;
  /** Servers that tell folders by a slash want it where a folder is listed. */
  asFolder?: boolean;
  /** With its question mark. */
  query?: string;
  headers?: Record<string, string>;
  /** Bytes can be sent again with what else opens the share; a stream cannot. */
  body?: Uint8Array | Readable;
  signal?: AbortSignal;
};

/** From the moment in which a person asks, whatever must be fetched before. */
export const FIRST_BYTE_MS = 10_000;
const IDLE_MS = 60_000;
/** What is read of an answer that nobody wants, to keep its connection. */
const MAX_DISCARDED = 64 * 1024;
const DISCARD_MS = 5_000;

/**
 * Sends a request to the cloud of a share; what is refused (401) gives way to what else may open it, each shown once.
 * Gives the answer if its status is one of `good`. What is answered to something of another kind than what was refused
 * counts only if that opens the share: whoever cannot read it may say anything, also that nothing is there.
 *
 * @throws PEER_*, NODE_NOT_FOUND, READ_ONLY, ETAG_MISMATCH and whatever else the status means
 */
export async function ask(source: Source, request: PeerRequest, good: number[]): Promise<Answer<Readable>> {
  const { provider, others, firstByteMs = FIRST_BYTE_MS } = source;
  let until = Date.now() + firstByteMs;
  const soon = <T>(work: Promise<T>) => inTime(provider, until - Date.now(), work);
  const refused: string[] = [];
  let shown = await soon(source.getAuthorization());
  let failure: AppError | undefined;
  for (let isSame = true; ; ) {
    const answer = await send(source, request, shown, until);
    const isGood = good.includes(answer.status);
    const isStream = request.body instanceof Readable;
    // What is good may break before anybody reads it.
    if (isGood) answer.body.on("error", () => {});
    else discard(answer.body);
    if (isStream) until = Date.now() + FIRST_BYTE_MS; // what flowed took its own time
    const isHeard: boolean = isGood || (answer.status !== 401 && (isSame || (await isLetIn(source, shown, until))));
    if (refused.length > 0 && (isGood || (isHeard && !isSame))) others?.opened(shown);
    if (isGood) return answer;
    if (isHeard || isSame) failure = failureOf(answer, provider, request.method);
    refused.push(shown);
    const next: OtherWay | null = !isHeard && others ? await soon(others.next(refused)) : null;
    if (next === null || refused.includes(next.authorization)) throw failure;
    if (isStream) {
      await findWayIn(source);
      throw peerBusy(provider, "1");
    }
    shown = next.authorization;
    isSame = next.isRenewed;
  }
}

const LOOK: PeerRequest = { method: "PROPFIND", path: [], headers: { depth: "0" } };

/** Whether this opens the share itself, whatever was answered of something in it. */
async function isLetIn(source: Source, authorization: string, until: number): Promise<boolean> {
  const answer = await send(source, LOOK, authorization, until);
  discard(answer.body);
  return answer.status === 207;
}

/** A look that finds what opens the share, for what cannot be sent twice in search of that. Not everybody can be looked at. */
async function findWayIn(source: Source): Promise<void> {
  try {
    discard((await ask(source, LOOK, [207])).body);
  } catch (error) {
    if (!isAppError(error)) throw error;
  }
}

/** The address of what stands at a path. @throws NAME_INVALID */
export function addressOf({ baseUrl }: Pick<Source, "baseUrl">, path: TreePath, asFolder = false): string {
  if (!path.every(isSafeName)) throw invalid("NAME_INVALID", "No file on another cloud can have this name.");
  return `${baseUrl.replace(/\/+$/, "")}${formatDavPath(path)}${asFolder ? "/" : ""}`;
}

/** Lets go of an answer: a small rest is read away, so that the connection can serve again. */
export function discard(body: Readable): void {
  let bytes = 0;
  const timer = setTimeout(() => body.destroy(), DISCARD_MS);
  body.on("error", () => {}).once("close", () => clearTimeout(timer));
  body.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > MAX_DISCARDED) body.destroy();
  });
}

/** Waits no longer than that; the work goes on, for whoever asks next. */
export async function inTime<T>(provider: string, ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const end = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(peerLate(provider)), ms);
  });
  return Promise.race([work, end]).finally(() => clearTimeout(timer));
}

async function send(
  source: Source,
  request: PeerRequest,
  authorization: string,
  until: number,
): Promise<Answer<Readable>> {
  const { method, path, asFolder, query = "", signal, body } = request;
  const isBytes = body instanceof Uint8Array;
  // What flows from elsewhere begins to be answered when it ends, so what was waited before says nothing.
  const headersTimeoutMs = body instanceof Readable ? FIRST_BYTE_MS : Math.max(1, until - Date.now());
  const length: Record<string, string> = isBytes ? { "content-length": String(body.byteLength) } : {};
  try {
    return await source.client.stream(addressOf(source, path, asFolder) + query, {
      method,
      headers: { ...request.headers, ...length, authorization },
      body: isBytes ? Readable.from([body]) : body,
      signal,
      headersTimeoutMs,
      idleTimeoutMs: IDLE_MS,
    });
  } catch (error) {
    // An upload that breaks off at its source is not the other cloud's fault.
    if (body instanceof Readable && body.errored) throw body.errored;
    throw naming(error, source.provider, signal);
  }
}
