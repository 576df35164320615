import type { Readable } from "node:stream";
import { Agent, type Dispatcher, request } from "undici";

/** Node does not resolve `*.localhost`; browsers do. */
const agent = new Agent({
  connections: 64,
  headersTimeout: 60_000,
  bodyTimeout: 0,
  connect: {
    lookup: (_host, options, done) =>
      options.all ? done(null, [{ address: "127.0.0.1", family: 4 }]) : done(null, "127.0.0.1", 4),
  },
});

type Sent = { body?: string | Buffer | Readable; headers?: Record<string, string> };

/** A person at one cloud, making the requests that a browser makes. */
export type CloudClient = {
  origin: string;
  /** The Cookie header that the client sends at this moment. */
  cookie(): string;
  send(method: string, path: string, sent?: Sent): Promise<Dispatcher.ResponseData>;
  /** Sends and reads JSON; an answer that is not 2xx throws with its status and text. */
  json<T = unknown>(method: string, path: string, body?: unknown): Promise<T>;
};

/** A client without a session. */
export function visit(origin: string): CloudClient {
  const cookies = new Map<string, string>();
  const cookieHeader = () => [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");

  const send: CloudClient["send"] = async (method, path, { body, headers } = {}) => {
    const cookie = cookieHeader();
    const answer = await request(origin + path, {
      method: method as Dispatcher.HttpMethod,
      dispatcher: agent,
      headers: { origin, ...(cookie && { cookie }), ...headers },
      body: body ?? null,
    });
    for (const line of [answer.headers["set-cookie"] ?? []].flat()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (name !== undefined && value !== undefined) cookies.set(name, value);
    }
    return answer;
  };

  return {
    origin,
    cookie: cookieHeader,
    send,
    json: async <T>(method: string, path: string, body?: unknown) => {
      const sent: Sent =
        body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } };
      const answer = await send(method, path, sent);
      const text = await answer.body.text();
      if (answer.statusCode >= 300) throw new Error(`${method} ${path}: ${answer.statusCode} ${text.slice(0, 500)}`);
      return (text ? JSON.parse(text) : undefined) as T;
    },
  };
}

/** Signs in with a password, as the sign-in page does. */
export async function signIn(origin: string, login: string, password: string): Promise<CloudClient> {
  const client = visit(origin);
  const { csrfToken } = await client.json<{ csrfToken: string }>("GET", "/api/auth/csrf");
  const form = new URLSearchParams({ csrfToken, login, password, json: "true", callbackUrl: origin });
  const answer = await client.send("POST", "/api/auth/callback/credentials", {
    body: form.toString(),
    headers: { "content-type": "application/x-www-form-urlencoded" },
  });
  const text = await answer.body.text();
  if (answer.statusCode !== 200 || /[?&]error=/.test(text)) throw new Error(`sign-in of ${login} failed: ${text}`);
  return client;
}
