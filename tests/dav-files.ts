import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { AppScope, SessionPrincipal } from "@/lib/core/principal";
import { createAppPassword } from "@/lib/identity/app-passwords";
import { dispatcher } from "@/server/dispatch";

/** A server as it runs, without pages, on a port of its own. Stop it at the end of the test. */
export async function startServer() {
  const handle = dispatcher(async (_req, res) => void res.end("page"));
  const server = createServer((req, res) => void handle(req, res));
  await once(server.listen(0, "127.0.0.1"), "listening");
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A person's files over WebDAV at such a server, as a program opens them. */
export async function openFiles(origin: string, user: SessionPrincipal, scopes: AppScope[] = ["files"]) {
  const { secret } = await createAppPassword(user, { name: "A program", scopes, expiresAt: null });
  const authorization = `Basic ${Buffer.from(`${user.userName}:${secret}`).toString("base64")}`;
  const root = `/dav/files/${user.userName}`;
  return {
    ...{ secret, authorization, root, url: `${origin}${root}` },
    ask: (method: string, path = "/", headers: Record<string, string> = {}, body?: BodyInit) =>
      fetch(`${origin}${root}${path}`, { method, headers: { authorization, ...headers }, body }),
  };
}

export type DavFiles = Awaited<ReturnType<typeof openFiles>>;

/** The addresses in a multistatus, in their order. */
export const hrefsIn = (xml: string) => [...xml.matchAll(/<d:href>([^<]*)/g)].map(([, href = ""]) => href);
