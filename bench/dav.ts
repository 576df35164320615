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
    const answer = await send(method, root + path, { headers: { ...always, ...headers }, body });
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
