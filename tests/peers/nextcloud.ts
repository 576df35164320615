import { createHash, verify } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { AppError } from "@/lib/core/errors";
import { findEntry, type Tree } from "@/lib/files/tree";
import { parseDavPath, pathOfTarget } from "@/lib/protocol/dav/path";
import { createGuardedClient } from "@/lib/protocol/safe-fetch/client";
import { answerError } from "@/server/webdav/reply";
import { serveDav } from "@/server/webdav/serve";
import { type PeerReply, type PeerRequest, startPeer } from "@/tests/peer";

const OCM = "/index.php/ocm";

/** What tells the clouds of one kind apart. */
export type Family = {
  /** Otherwise it believes, and is believed, by the secret alone. */
  signs: boolean;
  webdav: string;
  /** What of its document is its own, given the list of its types. */
  document: (types: object[]) => object;
  /** The user of Basic, of a secret. */
  pair: (secret: string) => string;
  /** What it calls the token with which it answers whoever asks it to share something on; null: it knows nothing of that. */
  branchToken: "token" | "sharedSecret" | null;
  /** Whether whoever asked can have it undone by a notification. Without one all can. */
  undoes: boolean;
  /** Where an offer names whoever sends it; without that it can do nothing with one. Otherwise the owner is enough. */
  senderIn?: "sharedBy";
  /** Whether its people invite each other. What that says is not signed, whatever else is, and nothing of it is checked. */
  invites?: boolean;
};
const listed = (types: object[]) => ({ resourceTypes: types });
const pair = (secret: string) => `${secret}:`;
const shared = { branchToken: "token", undoes: true } as const;
const plain: Family = { signs: false, webdav: "/public.php/webdav", document: listed, pair, ...shared };
export const FAMILIES: Record<string, Family> = {
  "Nextcloud 31 to 34": { ...plain, signs: true },
  "Nextcloud until 30": plain,
  "ownCloud 10": {
    ...plain,
    document: (types) => ({ shareTypes: types, resourceTypes: undefined }),
    branchToken: "sharedSecret",
    undoes: false,
  },
  Seafile: {
    ...plain,
    webdav: "/seafdav",
    document: ([type]) => ({ resourceTypes: type }),
    branchToken: null,
    senderIn: "sharedBy",
    pair: (secret) => `${secret}:`.padEnd(Math.ceil((secret.length + 1) / 4) * 4, ":"),
  },
};

/** Those of them to which somebody has added an app for that. */
export const INVITING_FAMILIES: Record<string, Family> = {
  "Nextcloud 32, 33 with invites": { ...plain, signs: true, invites: true },
};

/** What it keeps of another cloud's document. */
type Remote = { endPoint: string; publicKey: { keyId: string; publicKeyPem: string }; webdav: string };
/** A share that it was offered. */
export type Taken = { remote: string; providerId: string; secret: string; name: string; isEnded: boolean };
type Given = { providerId: number; tree: Tree; shareWith: string; mayShareOn: boolean; answers: string[] };
/** What it shared on for whoever has it from one of its own, by the id of the asker. */
export type Branch = { asker: string; senderId: string; shareWith: string; providerId: number; token: string };
/** What it asked the owner of a share to share on. */
export type Asked = { id: string; remote: string; token: string; providerId: string; heard: string[] };

export type Nextcloud = Awaited<ReturnType<typeof startNextcloud>>;

/**
 * A cloud that offers and takes only the older form, believes a notification by the secret in it, and reads at the root
 * that a document names. Some sign after the older draft and check so with the key in the other's document.
 */
export async function startNextcloud(family: Family) {
  const { signs, webdav: ROOT, document, pair, branchToken, undoes, senderIn, invites: doesInvite } = family;
  const taken: Taken[] = [];
  const branches: Branch[] = [];
  const asked: Asked[] = [];
  const invites = new Set<string>();
  /** By secret. */
  const given = new Map<string, Given>();
  const peer = await startPeer({ below: { path: ROOT, answer: serve } });
  const { origin, provider } = peer;
  const trusted: Trusted = new Map();
  let lastId = 0;
  let isNaming = true;
  const client = createGuardedClient({ allowHosts: [{ host: "peer.localhost", address: "127.0.0.1" }] });
  if (signs) peer.signAsBefore();
  const types = [{ name: "file", shareTypes: ["user", "group"], protocols: { webdav: `${ROOT}/` } }];
  const described = { apiVersion: "1.0-proposal1", endPoint: origin + OCM, criteria: undefined, ...document(types) };
  const unknown = { jwksUri: undefined, tokenEndPoint: undefined };
  Object.assign(peer.document, described, unknown, { capabilities: ["notifications", "shares"] });
  peer.on(`${OCM}/shares`, (request) => checked(request, takeOffer));
  peer.on(`${OCM}/notifications`, (request) => checked(request, hear));
  if (doesInvite) peer.on(`${OCM}/invite-accepted`, takeAcceptance);

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const [, pair = ""] = (request.headers.authorization ?? "").split("Basic ");
      const [secret = ""] = Buffer.from(pair, "base64").toString().split(":");
      const { tree, mayShareOn: canReshare } = given.get(secret) ?? {};
      if (!tree) throw new AppError(401, "NOT_AUTHENTICATED", "No public access to this resource.");
      await refuseFolders(request, tree);
      const mount = { tree, canReshare, root: ROOT, authorities: [request.headers.host ?? ""], mayBeFile: false };
      await serveDav(request, response, { ...mount, check: async () => {} });
    } catch (error) {
      await answerError(request, response, error);
    }
  }

  /** No etag fits a folder there. */
  async function refuseFolders({ url = "", headers }: IncomingMessage, tree: Tree): Promise<void> {
    if (headers["if-match"] === undefined) return;
    const found = await findEntry(tree, parseDavPath(pathOfTarget(url).slice(ROOT.length)));
    if (found?.kind === "folder") throw new AppError(412, "ETAG_MISMATCH", "An If-Match header was specified.");
  }

  /** At both addresses in turn, and without regard to more than it needs. */
  async function discover(remote: string): Promise<Remote> {
    const ask = (path: string) => client.request(`http://${remote}${path}`, { headers: { "user-agent": AGENT } });
    const found = await ask("/.well-known/ocm");
    const document = JSON.parse(`${(found.status === 200 ? found : await ask("/ocm-provider")).body}`);
    if (!document.enabled || !document.apiVersion.startsWith("1.")) throw new Error("It cannot be spoken to.");
    const { webdav } = document.resourceTypes.find(({ name }: { name: string }) => name === "file").protocols;
    return { endPoint: document.endPoint, publicKey: document.publicKey, webdav };
  }

  async function checked(request: PeerRequest, handle: (body: Message, signer: string) => PeerReply) {
    const message: Message = JSON.parse(`${request.body}`);
    const claimed = hostOf(message.owner ?? "");
    const signer = signs ? await signerOf(request, discover, trusted) : claimed;
    return signer === null ? refusal(400) : handle(message, signer);
  }

  function takeOffer(offer: Message, signer: string) {
    const { protocol, resourceType, shareType, owner, providerId, name } = offer;
    if (senderIn && !offer[senderIn]) return refusal(500);
    const secret = protocol?.options?.sharedSecret;
    if (!protocol?.name || typeof secret !== "string" || !providerId || !name || !owner) return refusal(400);
    if (resourceType !== "file" || shareType !== "user") return refusal(501);
    if (!owner.endsWith(`@${signer}`)) return refusal(400);
    taken.push({ remote: signer, providerId, secret, name, isEnded: false });
    return { status: 201, json: { recipientDisplayName: "Bob", recipientUserId: "bob" } };
  }

  /** Without one of the fields it fails, and one of them it spells as nobody else does. */
  function takeAcceptance({ headers, body }: PeerRequest): PeerReply {
    const isForm = headers["content-type"] === FORM;
    const told = isForm ? Object.fromEntries(new URLSearchParams(`${body}`)) : JSON.parse(`${body}`);
    const { recipientProvider, token, userId, email, name } = told;
    if (!recipientProvider || !userId || !email || !name) return refusal(500);
    if (!invites.delete(token)) return { status: 400, json: { message: "Invalid or non existing token", error: true } };
    return { status: 200, json: { userID: "carol", email: "carol@there.example.org", name: "Carol" } };
  }

  /** Whose cloud may speak with a secret: with whom it shared that, or who shared it. */
  function partyOf(secret: string): string {
    const own = given.get(secret) ?? branches.find(({ token }) => token === secret);
    if (own) return hostOf(own.shareWith);
    return [...taken, ...asked].find((one) => ("secret" in one ? one.secret : one.token) === secret)?.remote ?? "";
  }

  function hear({ notificationType, resourceType, providerId, notification }: Message, signer: string): PeerReply {
    if (!notificationType || !providerId || !Array.isArray(Object.keys(notification ?? {}))) return refusal(400);
    if (resourceType !== "file") return refusal(501);
    const secret = notification?.sharedSecret;
    if (signs && partyOf(secret ?? "") !== signer) return refusal(400);
    const own = asked.find(({ id }) => id === providerId);
    if (own && own.token === secret && notificationType !== "REQUEST_RESHARE") {
      own.heard.push(notificationType);
      return { status: 201, json: [] };
    }
    if (branchToken && notificationType === "REQUEST_RESHARE") return shareOn(providerId, notification ?? {});
    if (notificationType === "RESHARE_UNDO") {
      if (!undoes) return refusal(501);
      const at = branches.findIndex((one) => String(one.providerId) === providerId && one.token === secret);
      if (at < 0) return refusal([...given.values()].some((one) => String(one.providerId) === providerId) ? 403 : 400);
      branches.splice(at, 1);
      return { status: 201, json: [] };
    }
    if (notificationType === "SHARE_UNSHARED") {
      const share = taken.find((one) => one.providerId === providerId && one.secret === secret);
      if (!share) return refusal(403);
      share.isEnded = true;
    } else if (notificationType === "SHARE_ACCEPTED" || notificationType === "SHARE_DECLINED") {
      const share = given.get(secret ?? "");
      if (String(share?.providerId) !== providerId) return refusal(403);
      share?.answers.push(notificationType);
    } else return refusal(400);
    return { status: 201, json: [] };
  }

  /** All that was given to whoever asks, and no less; a second time is refused. */
  function shareOn(providerId: string, { sharedSecret = "", shareWith, senderId }: Told): PeerReply {
    if (!shareWith || !senderId) return refusal(400);
    const share = given.get(sharedSecret);
    if (String(share?.providerId) !== providerId || !share) return refusal(403);
    if (!share.mayShareOn || branches.some((one) => one.shareWith === shareWith)) return refusal(400);
    const asker = hostOf(share.shareWith);
    const branch = { asker, senderId, shareWith, providerId: ++lastId, token: `branch${lastId}`.padEnd(15, "x") };
    branches.push(branch);
    peer.on(`/ocs/v2.php/cloud/shares/${branch.providerId}/revoke?format=json`, ({ method, headers, body }) => {
      const isForm = method === "POST" && headers["content-type"] === FORM;
      const at = isForm ? branches.findIndex(({ token }) => token === new URLSearchParams(`${body}`).get("token")) : -1;
      if (branches[at] !== branch) return { status: 400, json: { ocs: { meta: { statuscode: 400 }, data: [] } } };
      branches.splice(at, 1);
      return { json: { ocs: { meta: { statuscode: 200 }, data: [] } } };
    });
    return { status: 201, json: isNaming ? { [branchToken ?? ""]: branch.token, providerId: branch.providerId } : {} };
  }

  const post = async (remote: string, path: string, message: object) => (await send(remote, path, message)).status;

  async function send(remote: string, path: string, message: object) {
    const { endPoint } = await discover(remote);
    const body = Buffer.from(JSON.stringify(message));
    const signed = signs ? peer.sign(endPoint + path, body) : {};
    const headers = { "content-type": "application/json", "user-agent": AGENT, ...signed };
    return client.request(endPoint + path, { method: "POST", headers, body });
  }

  return {
    ...peer,
    taken,
    given,
    branches,
    /** Makes an invite and returns its token. */
    invite() {
      const token = `token-${++lastId}`;
      invites.add(token);
      return token;
    },
    /** Accepts an invite of the other cloud: a form, at an address that it takes for granted. */
    async accept(remote: string, token: string) {
      const told = {
        recipientProvider: provider,
        token,
        userId: "carol",
        email: "carol@there.example.org",
        name: "Carol",
      };
      const headers = { "content-type": FORM };
      const body = Buffer.from(`${new URLSearchParams(told)}`);
      return (await client.request(`http://${remote}/ocm/invite-accepted`, { method: "POST", headers, body })).status;
    },
    /** Whether what it shares on is named in the answer, as it must be. */
    namesBranches: (does: boolean) => {
      isNaming = does;
    },
    /** Tells whoever asked for a branch what became of it. */
    tellOfBranch: ({ asker, senderId, token }: Branch, type: string) =>
      post(asker, "/notifications", messageOf(type, senderId, token)),
    /** Asks the owner of a share that it was offered to share it on; null if that one does not. */
    async shareOn({ remote, providerId, secret }: Taken, shareWith: string, id = String(++lastId)) {
      // Nothing is said to the letter twice in the second that a signature tells: that would be a repetition.
      const told = { sharedSecret: secret, shareWith, senderId: id, shareType: null, message: `${++lastId}` };
      const message = { notificationType: "REQUEST_RESHARE", resourceType: "file", providerId, notification: told };
      const { status, body } = await send(remote, "/notifications", message);
      const { [branchToken ?? ""]: token, providerId: theirs } = JSON.parse(`${body}`);
      if (status !== 201 || !token || !theirs) return null;
      // More does not fit.
      const made: Asked = { id, remote, token: String(token).slice(0, 32), providerId: String(theirs), heard: [] };
      asked.push(made);
      return made;
    },
    /** Has the owner end what it was asked to share on. */
    undo: ({ remote, providerId, token }: Asked) =>
      post(remote, "/notifications", messageOf("RESHARE_UNDO", providerId, token)),
    /** Offers what a tree holds, and returns the status of the answer with the share's secret. */
    async share(shareWith: string, name: string, tree: Tree, { mayShareOn = false } = {}) {
      const providerId = ++lastId;
      const secret = `token${providerId}`.padEnd(15, "x");
      given.set(secret, { providerId, tree, shareWith, mayShareOn, answers: [] });
      const by = { owner: `carol@${provider}`, sharedBy: `carol@${provider}` };
      const names = { ownerDisplayName: "Carol", sharedByDisplayName: "Carol" };
      const options = { sharedSecret: secret, permissions: PERMISSIONS };
      const protocol = { name: "webdav", options };
      const what = { resourceType: "file", shareType: "user", name, description: "", providerId, protocol };
      const remote = hostOf(shareWith);
      const message = { shareWith: shareWith.replace(/@([^@]*)$/, "@http://$1"), ...by, ...names, ...what };
      return { status: await post(remote, "/shares", message), secret };
    },
    /** Takes back what it shared. */
    unshare(remote: string, secret: string) {
      const id = given.get(secret)?.providerId;
      given.delete(secret);
      return post(remote, "/notifications", messageOf("SHARE_UNSHARED", id, secret));
    },
    /** Answers an offer. */
    answer: ({ remote, providerId, secret }: Taken, type: "SHARE_ACCEPTED" | "SHARE_DECLINED") =>
      post(remote, "/notifications", messageOf(type, providerId, secret)),
    /** Asks for something in a share that it was offered. */
    async open({ remote, secret }: Taken, path: string, init: { method?: string; body?: string; depth?: string } = {}) {
      const { endPoint, webdav } = await discover(remote);
      const { method, body, depth } = init;
      const authorization = `Basic ${Buffer.from(pair(secret)).toString("base64")}`;
      const headers = { authorization, ...(depth && { depth }) };
      const url = new URL(`${webdav.replace(/\/+$/, "")}/${path}`, endPoint);
      const answer = await client.request(url, { method, body: body && Buffer.from(body), headers });
      return { status: answer.status, text: `${answer.body}` };
    },
    async stop() {
      await peer.stop();
      await client.close();
    },
  };
}

const FORM = "application/x-www-form-urlencoded";
const AGENT = "Nextcloud Server Crawler";
const PERMISSIONS = "{http://open-cloud-mesh.org/ns}share-permissions";

type Message = {
  notificationType?: string;
  resourceType?: string;
  shareType?: string;
  providerId?: string;
  name?: string;
  owner?: string;
  sharedBy?: string;
  protocol?: { name?: string; options?: { sharedSecret?: unknown } };
  notification?: Told;
};
type Told = { sharedSecret?: string; shareWith?: string; senderId?: string };

const hostOf = (address: string) => address.slice(address.lastIndexOf("@") + 1);
const messageOf = (notificationType: string, providerId: unknown, sharedSecret: string) => ({
  ...{ notificationType, resourceType: "file", providerId },
  notification: { sharedSecret, message: "file no longer shared" },
});
const refusal = (status: number): PeerReply => ({ status, json: { message: "", validationErrors: [] } });

/** Keys by their names, once one has verified something. */
type Trusted = Map<string, string>;

/**
 * The host that signed, by the key in its own document; null when the signature does not hold. Under the name of a key
 * that it trusts it takes no other key again.
 */
async function signerOf(
  { method, path, headers, body }: PeerRequest,
  discover: (remote: string) => Promise<Remote>,
  trusted: Trusted,
) {
  const field = String(headers.signature)
    .split(",")
    .map((part) => /^(\w+)="(.*)"$/.exec(part) ?? []);
  const {
    keyId = "",
    algorithm,
    headers: covered = "",
    signature = "",
  } = Object.fromEntries(field.map(([, name, value]) => [name, value]));
  const { publicKey } = await discover(new URL(keyId).host);
  const required = ["(request-target)", "content-length", "date", "digest", "host"];
  const isCovered = required.every((name) => covered.split(" ").includes(name));
  const digest = `SHA-256=${createHash("sha256").update(body).digest("base64")}`;
  const isRecent = Math.abs(Date.now() - Date.parse(String(headers.date))) < 300_000;
  if (keyId !== publicKey.keyId || !isCovered || headers.digest !== digest || !isRecent) return null;
  if (algorithm !== "rsa-sha512") return null;
  const values = { ...headers, "(request-target)": `${method.toLowerCase()} ${path}` };
  const lines = covered.split(" ").map((name: string) => `${name}: ${values[name as keyof typeof values]}`);
  const key = trusted.get(keyId) ?? publicKey.publicKeyPem;
  const holds = verify("sha512", Buffer.from(lines.join("\n")), key, Buffer.from(signature, "base64"));
  if (holds) trusted.set(keyId, key);
  return holds ? new URL(keyId).host : null;
}
