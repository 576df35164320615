import { createHash, createPublicKey, generateKeyPairSync, randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { AppError } from "@/lib/core/errors";
import type { Tree } from "@/lib/files/tree";
import { verifyBytes } from "@/lib/protocol/httpsig/algorithms";
import { createGuardedClient } from "@/lib/protocol/safe-fetch/client";
import { answerError } from "@/server/webdav/reply";
import { serveDav } from "@/server/webdav/serve";
import { type PeerReply, type PeerRequest, type SignOptions, startPeer } from "@/tests/peer";

/** What tells the clouds of one kind apart. */
export type NewestFamily = {
  webdav: string;
  /** What it signs with, and shows the key of. */
  algorithm: keyof typeof JWK_ALG;
  /** Of what it gets, it can check these. */
  checks: (keyof typeof JWK_ALG)[];
  /** Of a set it looks at no other, whatever the signature names. */
  readsFirstKeyOnly?: boolean;
  kid: string;
  document: object;
  /** One root for every share, told apart by what opens it; otherwise a path for each. */
  sharesRoot: boolean;
  /** How it calls a person in what it sends. */
  idOf: (person: string, provider: string) => string;
  /** What it has to say against an offer. */
  refusesOffer: (offer: Offer, isKnown: boolean) => number | null;
  /** What it has to say against a notification about a share with that secret. */
  refusesNotification: (message: Notification, secret: string) => number | null;
  /** What it answers to a notification that it understands. */
  heard: number;
  /** Also to a file of its own: only GET. */
  knowsPropfind: boolean;
};

type Arm = { uri: string; sharedSecret: string; permissions: string[]; requirements?: string[] };
type Offer = {
  shareWith: string;
  sender: string;
  name: string;
  providerId: string;
  resourceType: string;
  protocol: { name: string; options?: object; webdav?: Arm };
};
type Notification = {
  notificationType: string;
  resourceType: string;
  providerId: string;
  notification?: { sharedSecret?: string };
};

const JWK_ALG = { ed25519: "EdDSA", "ecdsa-p256-sha256": "ES256", "rsa-v1_5-sha256": "RS256" };
/** Of Ed25519 every peer has one already. */
const PAIRS = {
  ed25519: () => null,
  "ecdsa-p256-sha256": () => generateKeyPairSync("ec", { namedCurve: "P-256" }),
  "rsa-v1_5-sha256": () => generateKeyPairSync("rsa", { modulusLength: 2048 }),
};
const TYPES = ["SHARE_ACCEPTED", "SHARE_DECLINED", "SHARE_UNSHARED"];
const nextcloud35: NewestFamily = {
  webdav: "/public.php/webdav",
  algorithm: "ecdsa-p256-sha256",
  checks: ["ed25519", "ecdsa-p256-sha256", "rsa-v1_5-sha256"],
  kid: "ecdsa-p256-sha256-1",
  document: {
    apiVersion: "1.1.0",
    capabilities: ["exchange-token", "http-sig", "invites", "notifications", "shares"],
    criteria: undefined,
  },
  sharesRoot: true,
  idOf: (person) => person,
  refusesOffer: ({ resourceType, protocol, name, providerId }) => {
    if (resourceType !== "file") return 501;
    return protocol.webdav?.sharedSecret && name && providerId ? null : 400;
  },
  refusesNotification: ({ resourceType, notificationType, notification }, secret) => {
    if (resourceType !== "file") return 501;
    if (!TYPES.includes(notificationType)) return 400;
    return notification?.sharedSecret === secret ? null : 403;
  },
  heard: 201,
  knowsPropfind: true,
};
const strict: NewestFamily = {
  webdav: "/webdav/ocm",
  algorithm: "ed25519",
  checks: ["ed25519"],
  kid: "key1",
  document: {
    apiVersion: "1.4.0",
    capabilities: ["exchange-token", "http-sig", "invites", "invite-wayf", "notifications", "protocol-object"],
    criteria: ["must-use-http-sig", "must-invite"],
  },
  sharesRoot: false,
  idOf: (person, provider) => Buffer.from(`${person}@${provider}`).toString("base64url"),
  refusesOffer: ({ resourceType, protocol }, isKnown) => {
    if (!isKnown) return 403;
    if ("options" in protocol || resourceType !== "file") return 501;
    return protocol.webdav?.permissions.join() === "read" ? null : 501;
  },
  refusesNotification: ({ notificationType }) => (TYPES.includes(notificationType) ? null : 501),
  heard: 200,
  knowsPropfind: false,
};
export const NEWEST_FAMILIES: Record<string, NewestFamily> = {
  "Nextcloud 35": nextcloud35,
  "opencloudmesh-go": strict,
};
/** Of no product that is known: clouds that can check nothing but what they sign with themselves. */
export const NARROW_FAMILIES: Record<string, NewestFamily> = {
  ES256: { ...nextcloud35, checks: ["ecdsa-p256-sha256"] },
  RSA: { ...nextcloud35, kid: "rsa", algorithm: "rsa-v1_5-sha256", checks: ["rsa-v1_5-sha256"] },
};
export const FIRST_KEY_FAMILY: NewestFamily = { ...nextcloud35, algorithm: "ed25519", readsFirstKeyOnly: true };

/** A share that it was offered. */
export type Taken = { from: string; providerId: string; uri: string; secret: string; isEnded: boolean };
type Given = { providerId: string; tree: Tree; answers: string[] };
type Remote = { endPoint: string; tokenEndPoint: string; jwksUri: string; webdav: string };
export type NewestPeer = Awaited<ReturnType<typeof startNewestPeer>>;

/** A cloud that signs, and believes only what is signed, after RFC 9421, and exchanges secrets for tokens. */
export async function startNewestPeer(family: NewestFamily) {
  const { webdav: ROOT, kid, idOf } = family;
  const taken: Taken[] = [];
  /** By secret. */
  const given = new Map<string, Given>();
  const secretsByToken = new Map<string, string>();
  const invites = new Map<string, object | null>();
  const contacts = new Set<string>();
  const peer = await startPeer({ below: { path: ROOT, answer: serve } });
  const { origin, provider } = peer;
  const client = createGuardedClient({ allowHosts: [{ host: "peer.localhost", address: "127.0.0.1" }] });
  const pair = PAIRS[family.algorithm]();
  if (pair) {
    const jwk = { ...pair.publicKey.export({ format: "jwk" }), kid, alg: JWK_ALG[family.algorithm], use: "sig" };
    peer.on("/ocm/jwks", { json: { keys: [jwk] } });
  } else peer.changeKey(`${provider}#${kid}`);
  const ownKey = family.algorithm === "rsa-v1_5-sha256" ? { rsaKey: pair?.privateKey } : { ecdsaKey: pair?.privateKey };
  const receives = family.sharesRoot ? {} : { "webdav-receive": { uri: "relative" } };
  const protocols = { webdav: `${ROOT}/`, ...receives };
  const resourceTypes = [{ name: "file", shareTypes: ["user"], protocols }];
  Object.assign(peer.document, { ...family.document, resourceTypes });
  const me = { userID: idOf("bob", provider), email: "", name: "Bob" };
  peer.on("/ocm/shares", (request) => checked(request, takeOffer));
  peer.on("/ocm/notifications", (request) => checked(request, hear));
  peer.on("/ocm/invite-accepted", (request) => checked(request, takeAcceptance));
  peer.on("/ocm/token", (request) => checked(request, giveToken));

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const [, token = ""] = (request.headers.authorization ?? "").split("Bearer ");
      const share = given.get(secretsByToken.get(token) ?? "");
      if (!share) throw new AppError(401, "NOT_AUTHENTICATED", "Unauthorized");
      if (!family.knowsPropfind && request.method !== "GET") throw new AppError(405, "METHOD_NOT_ALLOWED", "Only GET.");
      const root = family.sharesRoot ? ROOT : `${ROOT}/${share.providerId}`;
      const authorities = [request.headers.host ?? ""];
      await serveDav(request, response, {
        tree: share.tree,
        root,
        authorities,
        mayBeFile: true,
        check: async () => {},
      });
    } catch (error) {
      await answerError(request, response, error);
    }
  }

  /** Every address of a document must lie where the document does. */
  async function discover(remote: string): Promise<Remote> {
    const { body } = await client.request(`http://${remote}/.well-known/ocm`);
    const { enabled, endPoint, tokenEndPoint, jwksUri, resourceTypes: types } = JSON.parse(`${body}`);
    const isOwn = [endPoint, tokenEndPoint, jwksUri].every((url) => new URL(url).host === remote);
    if (!enabled || !isOwn) throw new Error("It cannot be spoken to.");
    const { webdav } = types.find(({ name }: { name: string }) => name === "file").protocols;
    return { endPoint, tokenEndPoint, jwksUri, webdav };
  }

  async function checked(request: PeerRequest, handle: (body: PeerRequest["body"], signer: string) => PeerReply) {
    const signer = await signerOf(request);
    return signer === null ? { status: 401, json: { message: "UNAUTHENTICATED" } } : handle(request.body, signer);
  }

  /** The host that signed, by the key in the set that its own document names; null when the signature does not hold. */
  async function signerOf({ method, path, headers, body }: PeerRequest): Promise<string | null> {
    const [, parameters = ""] = /^ocm=(\(.*)$/.exec(String(headers["signature-input"])) ?? [];
    const [, names = "", host = "", key = ""] = /^\(([^)]*)\).*;keyid="([^#"]+)#([^"]+)"/.exec(parameters) ?? [];
    const [, created = ""] = /;created=(\d+)/.exec(parameters) ?? [];
    const isFit = parameters.includes(';tag="ocm"') && Math.abs(Date.now() / 1000 - Number(created)) < 300;
    const digest = `sha-256=:${createHash("sha256").update(body).digest("base64")}:`;
    const required = ['"@method"', '"@target-uri"', '"content-digest"', '"content-length"'];
    const covered = names.split(" ");
    if (!isFit || headers["content-digest"] !== digest || !required.every((name) => covered.includes(name)))
      return null;
    const values: Record<string, unknown> = { ...headers, "@method": method, "@target-uri": origin + path };
    const lines = covered.map((name) => `${name}: ${values[name.replaceAll('"', "")]}`);
    const base = Buffer.from([...lines, `"@signature-params": ${parameters}`].join("\n"));
    const { keys } = JSON.parse(`${(await client.request((await discover(host)).jwksUri)).body}`);
    const isMeant = ({ kid: name }: { kid: string }) => name === key || name === `${host}#${key}`;
    const jwk = family.readsFirstKeyOnly ? keys[0] : keys.find(isMeant);
    const [, signature = ""] = /^ocm=:([^:]*):$/.exec(String(headers.signature)) ?? [];
    const algorithm = family.checks.find((name) => JWK_ALG[name] === jwk?.alg);
    if (!algorithm || !parameters.includes(`;alg="${algorithm}"`)) return null;
    const publicKey = createPublicKey({ key: jwk, format: "jwk" });
    return verifyBytes(algorithm, publicKey, base, Buffer.from(signature, "base64")) ? host : null;
  }

  function takeOffer(body: Buffer, signer: string): PeerReply {
    const offer: Offer = JSON.parse(`${body}`);
    const status = offer.sender.endsWith(`@${signer}`) ? family.refusesOffer(offer, contacts.has(offer.sender)) : 403;
    if (status !== null) return { status, json: { message: "REFUSED", validationErrors: [] } };
    if (offer.shareWith !== `${me.userID}@${provider}`) return { status: 400, json: { message: "NOT_FOUND" } };
    const { uri, sharedSecret: secret } = offer.protocol.webdav as Arm;
    taken.push({ from: signer, providerId: offer.providerId, uri, secret, isEnded: false });
    return { status: 201, json: { recipientDisplayName: "Bob" } };
  }

  function hear(body: Buffer, signer: string): PeerReply {
    const message: Notification = JSON.parse(`${body}`);
    const share = taken.find(({ providerId, from }) => providerId === message.providerId && from === signer);
    const [secret = "", offered] = [...given].find(([, one]) => one.providerId === message.providerId) ?? [];
    const status = family.refusesNotification(message, share?.secret ?? secret);
    if (status !== null) return { status, json: { message: "REFUSED" } };
    if (message.notificationType === "SHARE_UNSHARED" && share) share.isEnded = true;
    else if (offered) offered.answers.push(message.notificationType);
    else return { status: 400, json: { message: "NOT_FOUND" } };
    return { status: family.heard, json: {} };
  }

  function takeAcceptance(body: Buffer, signer: string): PeerReply {
    const { token, userID, recipientProvider } = JSON.parse(`${body}`);
    if (recipientProvider !== signer) return { status: 403, json: { message: "NOT_TRUSTED" } };
    const acceptedBy = invites.get(token);
    if (acceptedBy === undefined) return { status: 400, json: { message: "TOKEN_INVALID" } };
    contacts.add(`${userID}@${signer}`);
    invites.set(token, me);
    return { status: acceptedBy === null ? 200 : 409, json: me };
  }

  function giveToken(body: Buffer, signer: string): PeerReply {
    const { grant_type, client_id, code = "" } = Object.fromEntries(new URLSearchParams(`${body}`));
    if (grant_type !== "authorization_code") return { status: 400, json: { error: "unsupported_grant_type" } };
    if (client_id !== signer || !given.has(code)) return { status: 400, json: { error: "invalid_grant" } };
    const token = randomBytes(16).toString("hex");
    secretsByToken.set(token, code);
    return { status: 200, json: { access_token: token, token_type: "Bearer", expires_in: 3600 } };
  }

  async function send(url: string, body: string, options: SignOptions = {}) {
    const ours = { nonce: null, ...ownKey, keyid: `${provider}#${kid}` };
    const { contentType = "application/json" } = options;
    const signed = peer.sign(url, Buffer.from(body), { ...ours, ...options });
    const headers = { "content-type": contentType, ...signed };
    const answer = await client.request(url, { method: "POST", headers, body: Buffer.from(body) });
    return { status: answer.status, json: JSON.parse(`${answer.body}`) };
  }
  const post = async (remote: string, path: string, message: object, options: SignOptions = {}) =>
    send((await discover(remote)).endPoint + path, JSON.stringify(message), options);

  let lastId = 0;
  return {
    ...peer,
    taken,
    given,
    me,
    post,
    /** Makes an invite and returns its token. */
    invite() {
      const token = `token-${++lastId}`;
      invites.set(token, null);
      return token;
    },
    /** Accepts an invite of the other cloud. */
    async accept(remote: string, token: string, options: SignOptions = {}) {
      const answer = await post(remote, "/invite-accepted", { recipientProvider: provider, token, ...me }, options);
      if (answer.status === 200) contacts.add(`${answer.json.userID}@${remote}`);
      return answer;
    },
    /** Offers what a tree holds, and returns the status of the answer with the share's secret. */
    async share(shareWith: string, name: string, tree: Tree, permissions = ["read"]) {
      const providerId = `share-${++lastId}`;
      const sharedSecret = `secret-${providerId}`.padEnd(24, "x");
      given.set(sharedSecret, { providerId, tree, answers: [] });
      const by = { owner: `${me.userID}@${provider}`, sender: `${me.userID}@${provider}`, senderDisplayName: "Bob" };
      const uri = family.sharesRoot ? `${origin}${ROOT}/` : providerId;
      const arm = { uri, sharedSecret, permissions, requirements: ["must-exchange-token"] };
      const what = { name, providerId, shareType: "user", resourceType: "file" };
      const message = { shareWith, ...by, ...what, protocol: { name: "multi", webdav: arm } };
      const remote = shareWith.slice(shareWith.lastIndexOf("@") + 1);
      return { ...(await post(remote, "/shares", message)), secret: sharedSecret };
    },
    /** Takes back what it shared. */
    unshare(remote: string, secret: string) {
      const providerId = given.get(secret)?.providerId;
      given.delete(secret);
      const notification = family.sharesRoot ? { notification: { sharedSecret: secret } } : {};
      return post(remote, "/notifications", {
        notificationType: "SHARE_UNSHARED",
        resourceType: "file",
        providerId,
        ...notification,
      });
    },
    /** Answers an offer. */
    answer: ({ from, providerId }: Taken, notificationType: string) =>
      post(from, "/notifications", { notificationType, resourceType: "file", providerId }),
    /** A token for a share that it was offered. */
    async exchange({ from, secret: code }: Taken) {
      const form = new URLSearchParams({ grant_type: "authorization_code", client_id: provider, code });
      const type = { contentType: "application/x-www-form-urlencoded" };
      return send((await discover(from)).tokenEndPoint, `${form}`, type);
    },
    /** Asks for something in a share that it was offered. */
    async open({ from, uri }: Taken, token: string, path = "", init: { method?: string; body?: string } = {}) {
      const { webdav } = await discover(from);
      const root = URL.canParse(uri) ? uri : `http://${from}${webdav}${uri}`;
      const headers = { authorization: `Bearer ${token}`, depth: "1" };
      const { method, body } = init;
      const answer = await client.request(root + path, { method, headers, body: body && Buffer.from(body) });
      return { status: answer.status, text: `${answer.body}` };
    },
    async stop() {
      await peer.stop();
      await client.close();
    },
  };
}
