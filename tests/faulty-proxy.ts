import http, { type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";

/** What happens to a request instead of its way to the server behind. */
export type Fault =
  | { status: number }
  /** Never an answer. */
  | "hang"
  /** The connection ends before the answer. */
  | "cut"
  /** The server does what it is asked, and the answer is lost. */
  | "lose"
  /** So many bytes of the answer, and then the end of the connection. */
  | { after: number }
  /** So many bytes of the answer, and then silence. */
  | { silentAfter: number };

type Judge = (request: { method: string; path: string }) => Fault | undefined;

/** Stands before a server and does to it what `fail` says of each request. */
export async function startFaultyProxy(target: string) {
  let judge: Judge = () => undefined;
  const seen: string[] = [];
  const sockets = new Set<Socket>();
  const { hostname, port } = new URL(target);

  function pass(req: IncomingMessage, res: ServerResponse, fault?: Fault) {
    const { method, url: path, headers } = req;
    const onward = http.request({ hostname, port, method, path, headers }, (answer) => {
      if (fault === "lose") return answer.resume().on("end", () => res.destroy());
      res.writeHead(answer.statusCode ?? 502, answer.headers);
      if (fault === undefined) return answer.pipe(res);
      const isCut = typeof fault === "object" && "after" in fault;
      let left =
        typeof fault === "object"
          ? "after" in fault
            ? fault.after
            : "silentAfter" in fault
              ? fault.silentAfter
              : 0
          : 0;
      answer.on("data", (chunk: Buffer) => {
        if (left <= 0) return;
        res.write(chunk.subarray(0, left));
        left -= chunk.length;
        if (left <= 0 && isCut) setTimeout(() => res.destroy(), 20);
      });
    });
    onward.on("error", () => res.destroy());
    req.pipe(onward);
  }

  const server = http.createServer((req, res) => {
    const request = { method: req.method ?? "", path: req.url ?? "" };
    seen.push(`${request.method} ${request.path}`);
    const fault = judge(request);
    if (fault === "hang") return req.resume();
    if (fault === "cut") return req.socket.destroy();
    if (typeof fault === "object" && "status" in fault) {
      req.resume();
      return res.writeHead(fault.status).end();
    }
    pass(req, res, fault);
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    /** The requests that came, in their order. */
    seen,
    /** Of all requests from now on. */
    fail: (how: Judge) => {
      judge = how;
      seen.length = 0;
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
