import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { unauthenticated } from "@/lib/core/errors";
import type { Tree } from "@/lib/files/tree";
import { answerError } from "@/server/webdav/reply";
import { serveDav } from "@/server/webdav/serve";

export type DavCloud = Awaited<ReturnType<typeof startDavCloud>>;
type Behaviour = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * A cloud on a port of its own that serves one tree over our WebDAV to whoever has the bearer of the moment;
 * `misbehave` lets a test answer in its place. Stop it at the end of the test.
 */
export async function startDavCloud(tree: Tree) {
  const state: { bearer: string; misbehave?: Behaviour } = { bearer: "first" };
  const seen: { method: string; path: string; headers: IncomingMessage["headers"] }[] = [];
  const root = "/dav/ocm/1";

  const server = createServer((request, response) => {
    seen.push({ method: request.method ?? "", path: request.url ?? "", headers: request.headers });
    if (state.misbehave) return state.misbehave(request, response);
    serve(request, response).catch((error) => answerError(request, response, error));
  });
  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.headers.authorization !== `Bearer ${state.bearer}`)
      throw unauthenticated("ACCESS_TOKEN_INVALID", "No.");
    await serveDav(request, response, {
      tree,
      root,
      authorities: [request.headers.host ?? ""],
      mayBeFile: true,
      check: async () => {},
    });
  }

  await once(server.listen(0, "127.0.0.1"), "listening");
  const provider = `dav.localhost:${(server.address() as AddressInfo).port}`;
  return {
    ...{ state, seen, provider, baseUrl: `http://${provider}${root}` },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
