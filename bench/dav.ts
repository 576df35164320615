import { visit } from "../tests/cloud-client";
import { type Cloud, person, somebody } from "./setting";

type Asked = { headers?: Record<string, string>; body?: Buffer | string };

/** A folder that is open over WebDAV, ours or another server's; paths begin with a slash and are encoded. */
export type Dav = {
  name: string;
  /** Its address, without a slash at its end. */
  url: string;
  headers: Record<string, string>;
  /** One request, whose answer is read to its end. */
  try(method: string, path: string, asked?: Asked): Promise<{ status: number; bytes: number }>;
  /** The same; anything but success is an error. Resolves with the header fields of the answer. */
  ask(method: string, path: string, asked?: Asked): Promise<{ bytes: number; headers: Record<string, unknown> }>;
};

export function davAt(name: string, url: string, always: Record<string, string> = {}): Dav {
  const { origin, pathname } = new URL(url);
  const root = pathname.replace(/\/$/, "");
  const { send } = visit(origin);
  const one = async (method: string, path: string, { headers, body }: Asked = {}) => {
    const answer = await orAgain(method, () => send(method, root + path, { headers: { ...always, ...headers }, body }));
    let bytes = 0;
    for await (const chunk of answer.body) bytes += chunk.length;
    return { status: answer.statusCode, bytes, headers: answer.headers };
  };
  return {
    name,
    url: origin + root,
    headers: always,
    try: one,
    ask: async (method, path, asked) => {
      const answer = await one(method, path, asked);
      if (answer.status > 299) throw new Error(`${name}: ${method} ${path} answered ${answer.status}`);
      return answer;
    },
  };
}

/** What may be sent twice without another outcome. @see RFC 9110, section 9.2.2 */
const IDEMPOTENT = new Set("GET HEAD OPTIONS PROPFIND PUT DELETE".split(" "));
const CLOSED = new Set(["UND_ERR_SOCKET", "ECONNRESET", "EPIPE"]);
/** Each of the connections that were kept may have been closed meanwhile. */
const TRIES = 64;

/**
 * Sends a request again whose connection was closed before anything was answered, as every client does: a server that
 * has many to serve closes those that are idle, and one of them may just have been taken.
 */
async function orAgain<T>(method: string, send: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await send();
    } catch (error) {
      const isClosed = CLOSED.has((error as { code?: string }).code ?? "");
      if (!isClosed || !IDEMPOTENT.has(method) || tries === TRIES) throw error;
    }
  }
}

/** The files of the person of a cloud, as a program opens them: with an app password. */
export async function davFiles(cloud: Cloud): Promise<Dav> {
  const { userName, password } = somebody(cloud);
  const client = await person(cloud);
  const wanted = { name: "Measured", scopes: ["files"], expiresAt: null, password };
  const { secret } = await client.json<{ secret: string }>("POST", "/api/account/app-passwords", wanted);
  const authorization = `Basic ${Buffer.from(`${userName}:${secret}`).toString("base64")}`;
  return davAt("Tessera", `${cloud.origin}/dav/files/${userName}`, { authorization });
}

/** A path as it stands in an address. */
export const encoded = (path: string) => path.split("/").map(encodeURIComponent).join("/");
