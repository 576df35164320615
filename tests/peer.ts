import { generateKeyPairSync, type KeyObject, randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type BareItem, type InnerList, serializeDictionary } from "structured-headers";
import { signBytes } from "@/lib/protocol/httpsig/algorithms";
import { signCavage } from "@/lib/protocol/httpsig/cavage";
import { contentDigest } from "@/lib/protocol/httpsig/content-digest";
import { generateSigningKey, publicJwk } from "@/lib/protocol/httpsig/jwk";
import { signatureBase } from "@/lib/protocol/httpsig/signature-base";
import { buildDiscovery } from "@/lib/protocol/ocm/discovery";

/** A request as it reached the peer. */
export type PeerRequest = { method: string; path: string; headers: IncomingMessage["headers"]; body: Buffer };
/** What it answers: JSON, raw bytes, or nothing for as long as the other side waits. */
export type PeerReply = { status?: number; json?: unknown; text?: string; headers?: Record<string, string> } | "hang";
type Behaviour = PeerReply | ((request: PeerRequest) => PeerReply | Promise<PeerReply>);

export type SignOptions = {
  /** Null: without. */
  nonce?: string | null;
  created?: number;
  keyid?: string;
  components?: string[];
  /** Signs with this key of P-256, as `ES256`. */
  ecdsaKey?: KeyObject;
  /** Signs with this key of RSA, as `RS256`. */
  rsaKey?: KeyObject;
  /** Added to the headers after signing. */
  headers?: Record<string, string>;
  contentType?: string;
};
type OurSite = { id: string; origin: string };

/** Another cloud: a real HTTP server with its own key, which signs what it sends. */
export type FakePeer = Awaited<ReturnType<typeof startPeer>>;

type PeerOptions = {
  capabilities?: string[];
  port?: number;
  /** Answers what is asked below a path, in its own way. */
  below?: { path: string; answer: (request: IncomingMessage, response: ServerResponse) => unknown };
};

/** Starts one on a free port, or the given one, of a host that the tests' configuration excepts. Stop it in the end. */
export async function startPeer({ capabilities = [], port: wantedPort = 0, below }: PeerOptions = {}) {
  let key = generateSigningKey();
  let kid = "key-1";
  let olderKey: KeyObject | null = null;
  const requests: PeerRequest[] = [];
  const behaviours = new Map<string, Behaviour>();
  let server: Server = createServer(handle);
  const port = await listen(server, wantedPort);
  const provider = `peer.localhost:${port}`;
  const origin = `http://${provider}`;
  const paths = { endPoint: "/ocm", tokenEndPoint: "/ocm/token", jwksUri: "/ocm/jwks", webdavPath: "/dav/ocm/" };
  const presented = { origin, name: "Peer", inviteAcceptDialog: "/accept", criteria: [], ...paths };
  const document = buildDiscovery(presented);
  document.capabilities.push(...capabilities);

  function handle(request: IncomingMessage, response: ServerResponse): unknown {
    if (below && request.url?.startsWith(below.path)) return below.answer(request, response);
    const chunks: Buffer[] = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", async () => {
      const { method = "GET", url: path = "/", headers } = request;
      const received = { method, path, headers, body: Buffer.concat(chunks) };
      requests.push(received);
      const behaviour = behaviours.get(path) ?? usual(path);
      send(response, typeof behaviour === "function" ? await behaviour(received) : behaviour);
    });
  }

  function usual(path: string): PeerReply {
    if (path === "/.well-known/ocm") return { json: document };
    if (path === "/ocm/jwks") return { json: { keys: [publicJwk(key, kid)] } };
    return { status: 404, json: { message: "NOT_FOUND" } };
  }

  function sign(url: string, body: Buffer, options: SignOptions = {}): Record<string, string> {
    if (!olderKey) return signature(url, body, key, { ...options, keyid: options.keyid ?? `${provider}#${kid}` });
    const { keyid = `${origin}/ocm#signature`, created = Math.floor(Date.now() / 1000) } = options;
    const date = new Date(created * 1000).toUTCString();
    return signCavage({ method: "POST", url, date, body, privateKey: olderKey, keyid });
  }

  return {
    provider,
    origin,
    document,
    requests,
    /** The requests to one path so far. */
    requestsTo: (path: string) => requests.filter((request) => request.path === path),
    /** Decides how a path answers from now on. */
    on: (path: string, behaviour: Behaviour) => void behaviours.set(path, behaviour),
    /** Signs with another key from now on. */
    changeKey: (newKid = kid) => {
      key = generateSigningKey();
      kid = newKid;
    },
    /**
     * Signs from now on after the older draft, with a new key of RSA, and shows `publicKeyPem` of it in its document,
     * which knows of nothing newer.
     */
    signAsBefore: () => {
      const pair = generateKeyPairSync("rsa", { modulusLength: 2048 });
      olderKey = pair.privateKey;
      const publicKeyPem = pair.publicKey.export({ type: "spki", format: "pem" }).toString();
      const older = { publicKey: { keyId: `${origin}/ocm#signature`, publicKeyPem }, capabilities: ["notifications"] };
      Object.assign(document, { ...older, jwksUri: undefined, tokenEndPoint: undefined });
      behaviours.set("/ocm/jwks", { status: 404, json: {} });
    },
    /** The headers with which this peer signs a POST. */
    sign,
    /** A signed request of this peer to a handler of ours. */
    request: (site: OurSite, path: string, message: unknown, options: SignOptions = {}) => {
      const body = Buffer.from(typeof message === "string" ? message : JSON.stringify(message));
      const signed = sign(site.origin + path, body, options);
      const ours = { "x-tessera-site": site.id, "x-tessera-address": "192.0.2.1" };
      const headers = { "content-type": options.contentType ?? "application/json", ...ours, ...signed };
      // What Next shows to a handler, whatever the address that was signed.
      return new Request(`http://localhost:3000${path}`, {
        method: "POST",
        body,
        headers: { ...headers, ...options.headers },
      });
    },
    stop: () => close(server),
    /** On the same port again. */
    startAgain: async () => {
      server = createServer(handle);
      await listen(server, port);
    },
  };
}

const COVERED = ["@method", "@target-uri", "content-digest", "content-length"];

function signature(url: string, body: Buffer, key: KeyObject, options: SignOptions) {
  const { nonce = randomBytes(12).toString("base64url"), components = COVERED, keyid = "" } = options;
  const { created = Math.floor(Date.now() / 1000), ecdsaKey, rsaKey } = options;
  const alg = ecdsaKey ? "ecdsa-p256-sha256" : rsaKey ? "rsa-v1_5-sha256" : "ed25519";
  const parameters = new Map<string, BareItem>([
    ["created", created],
    ["keyid", keyid],
    ["alg", alg],
  ]);
  if (nonce !== null) parameters.set("nonce", nonce);
  parameters.set("tag", "ocm");
  const covered: InnerList = [components.map((name) => [name, new Map()]), parameters];
  const headers = { "content-digest": contentDigest(body), "content-length": String(body.length) };
  const base = signatureBase({ method: "POST", targetUri: url, headers }, covered);
  if (!base) throw new Error("There is a component that has no value.");
  const input = serializeDictionary(new Map([["ocm", covered]]));
  return {
    ...headers,
    "signature-input": input,
    signature: `ocm=:${signBytes(alg, ecdsaKey ?? rsaKey ?? key, base).toString("base64")}:`,
  };
}

function send(response: ServerResponse, reply: PeerReply): void {
  if (reply === "hang") return;
  const { status = 200, json, text, headers } = reply;
  response.writeHead(status, { "content-type": text === undefined ? "application/json" : "text/html", ...headers });
  response.end(text ?? JSON.stringify(json));
}

async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
