import type { IncomingMessage, ServerResponse } from "node:http";
import { AppError } from "@/lib/core/errors";
import type { Tree } from "@/lib/files/tree";
import { createGuardedClient } from "@/lib/protocol/safe-fetch/client";
import { answerError } from "@/server/webdav/reply";
import { serveDav } from "@/server/webdav/serve";
import { type PeerReply, type PeerRequest, startPeer } from "@/tests/peer";

/** What tells the clouds of one kind apart. */
export type RevaFamily = {
  /** What it calls itself in its document. */
  name: string;
  webdav: string;
  apiVersion: string;
  /** Under which name an arm of a protocol says where a resource is. */
  address: "url" | "uri";
  /** How it calls a person in what it sends. */
  idOf: (person: string) => string;
  /** What it answers to an offer and to the acceptance of an invite. */
  taken: PeerReply;
  /** Whether it does what it is notified of; otherwise it takes anything and does nothing. */
  heeds: boolean;
};

const SIGN_IN = "https://idp.example.org";
const inBase64 = (person: string) => Buffer.from(`${person}@${SIGN_IN}`).toString("base64url");
const ocis: RevaFamily = {
  name: "oCIS",
  webdav: "/dav/ocm",
  apiVersion: "1.1.0",
  address: "url",
  idOf: inBase64,
  taken: { status: 200, text: "{}" },
  heeds: true,
};
export const REVA_FAMILIES: Record<string, RevaFamily> = {
  oCIS: ocis,
  OpenCloud: { ...ocis, name: "OpenCloud", apiVersion: "1.2.0", heeds: false },
  "CERNBox, Reva": {
    name: "reva",
    webdav: "/remote.php/dav/ocm",
    apiVersion: "1.3.0",
    address: "uri",
    idOf: (person) => person,
    taken: { status: 201, json: {} },
    heeds: false,
  },
};

type Arm = { uri?: string; url?: string; sharedSecret: string; permissions: string[]; requirements?: string[] };
type Offer = {
  shareWith: string;
  sender?: string;
  name: string;
  providerId: unknown;
  resourceType: string;
  expiration?: unknown;
  protocol: { name: string; options?: object; webdav?: Arm };
};
/** A share that it was offered. */
export type Taken = {
  providerId: string;
  name: string;
  shareWith: string;
  address: string;
  secret: string;
  /** What it lets its people do, whatever the other cloud would. */
  permissions: string[];
  isEnded: boolean;
};
export type Reva = Awaited<ReturnType<typeof startReva>>;

/**
 * A cloud on Reva: it signs nothing and checks nothing, knows people by invites only, offers and takes the newer form
 * without an exchange, and reads with the secret as bearer.
 */
export async function startReva({ name, webdav: ROOT, apiVersion, address, idOf, taken: answer, heeds }: RevaFamily) {
  const taken: Taken[] = [];
  const given = new Map<string, { providerId: string; tree: Tree }>();
  const invites = new Set<string>();
  const peer = await startPeer({ below: { path: ROOT, answer: serve } });
  const { origin, provider } = peer;
  const client = createGuardedClient({ allowHosts: [{ host: "peer.localhost", address: "127.0.0.1" }] });
  const types = ["file", "folder"].map((name) => ({ name, shareTypes: ["user"], protocols: { webdav: `${ROOT}/` } }));
  const unknown = { jwksUri: undefined, tokenEndPoint: undefined, criteria: undefined };
  const capabilities = ["/invite-accepted"];
  const described = { provider: name, apiVersion, endPoint: `${origin}/ocm`, resourceTypes: types, capabilities };
  Object.assign(peer.document, unknown, described);
  peer.on("/ocm/shares", takeOffer);
  peer.on("/ocm/notifications", hear);
  peer.on("/ocm/invite-accepted", takeAcceptance);

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const [, secret = ""] = (request.headers.authorization ?? "").split("Bearer ");
      const share = given.get(secret);
      if (!share) throw new AppError(401, "NOT_AUTHENTICATED", "Unauthorized");
      // Where something is removed or moved it does not look at any etag.
      if (["DELETE", "MOVE"].includes(request.method ?? "")) delete request.headers["if-match"];
      const root = `${ROOT}/${share.providerId}`;
      const authorities = [request.headers.host ?? ""];
      const mount = { tree: share.tree, root, authorities, mayBeFile: true, check: async () => {} };
      await serveDav(request, response, mount);
    } catch (error) {
      await answerError(request, response, error);
    }
  }

  function takeOffer({ body }: PeerRequest): PeerReply {
    const offer: Offer = JSON.parse(`${body}`);
    const { webdav, options = {} } = offer.protocol;
    const isRead = typeof offer.providerId === "string" && typeof (offer.expiration ?? 0) === "number";
    if (!offer.sender || !webdav || Object.keys(options).length > 0 || !isRead) return { status: 400, json: {} };
    if (webdav.permissions.some((one) => !["read", "write", "share"].includes(one))) return { status: 400, json: {} };
    if (webdav.requirements?.length) return { status: 400, json: {} };
    // Its people are found by what stands inside of their identifiers.
    if (offer.shareWith !== `bob@${provider}`) return { status: 404, json: {} };
    const { name, shareWith } = offer;
    const { sharedSecret: secret, permissions } = webdav;
    const known = { providerId: String(offer.providerId), name, shareWith, secret, permissions };
    taken.push({ ...known, address: webdav[address] ?? "", isEnded: false });
    return answer;
  }

  function hear({ body }: PeerRequest): PeerReply {
    if (!heeds) return { status: 201, text: "" };
    const { notificationType, providerId, notification } = JSON.parse(`${body}`);
    const isKnown = ["SHARE_UNSHARED", "SHARE_CHANGE_PERMISSION"].includes(notificationType);
    if (!isKnown || !notification?.grantee) return { status: 400, json: {} };
    // A share is looked up under its person as the sign-in calls that one. What is not found there to be changed is an
    // error of its own.
    const share = taken.find((one) => one.providerId === providerId && !one.isEnded);
    const isFound = share && notification.grantee === `bob@${SIGN_IN}`;
    if (!isFound) return { status: notificationType === "SHARE_UNSHARED" ? 400 : 500, json: {} };
    if (notificationType === "SHARE_UNSHARED") share.isEnded = true;
    else {
      const permissions = notification.protocol?.webdav?.permissions;
      if (!permissions) return { status: 500, json: {} };
      share.permissions = permissions;
    }
    return { status: 201, text: "" };
  }

  function takeAcceptance({ body }: PeerRequest): PeerReply {
    const { token, userID, recipientProvider, email, name } = JSON.parse(`${body}`);
    if (!userID || !recipientProvider || !email || !name) return { status: 400, json: {} };
    if (!invites.delete(token)) return { status: 404, json: {} };
    return { status: 200, json: { userID: idOf("bob"), email: "bob@there.example.org", name: "Bob" } };
  }

  let lastId = 0;
  return {
    ...peer,
    taken,
    given,
    /** Makes an invite and returns its token. */
    invite() {
      const token = `token-${++lastId}`;
      invites.add(token);
      return token;
    },
    post: async (to: string, message: object) => {
      const headers = { "content-type": "application/json" };
      const body = Buffer.from(JSON.stringify(message));
      const found = await client.request(to, { method: "POST", headers, body });
      return { status: found.status, json: JSON.parse(`${found.body}`) };
    },
    /** Accepts an invite of the other cloud. */
    acceptance: (token: string) => ({
      ...{ recipientProvider: provider, token },
      ...{ userID: idOf("bob"), email: "bob@there.example.org", name: "Bob" },
    }),
    /** Offers what a tree holds: the message, and the secret in it. */
    offer(shareWith: string, name: string, tree: Tree) {
      const providerId = `share-${++lastId}`;
      const sharedSecret = `secret${providerId}`;
      given.set(sharedSecret, { providerId, tree });
      const by = `${idOf("bob")}@${provider}`;
      const arm = { [address]: `${origin}${ROOT}/${providerId}`, sharedSecret, permissions: ["read", "write"] };
      return {
        ...{ shareWith, name, providerId, owner: by, sender: by, ownerDisplayName: "Bob", senderDisplayName: "Bob" },
        ...{ shareType: "user", resourceType: "folder", protocol: { name: "multi", options: {}, webdav: arm } },
      };
    },
    /** Asks for something in a share that it was offered, if it lets its people do that. */
    async open(
      { address: root, secret, permissions }: Taken,
      path: string,
      init: { method?: string; body?: string } = {},
    ) {
      const headers = { authorization: `Bearer ${secret}`, depth: "1" };
      const { method, body } = init;
      if (method === "PUT" && !permissions.includes("write")) return { status: 403, text: "Only to be read, it says." };
      const found = await client.request(`${root}${path}`, { method, headers, body: body && Buffer.from(body) });
      return { status: found.status, text: `${found.body}` };
    },
    async stop() {
      await peer.stop();
      await client.close();
    },
  };
}
