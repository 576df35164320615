import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { describeContact } from "@/lib/contacts/remove-contact";
import { db } from "@/lib/core/db";
import { newId } from "@/lib/core/ids";
import type { UserPrincipal } from "@/lib/core/principal";
import { deliver } from "@/lib/delivery/deliver";
import { ownTree } from "@/lib/files/own-tree";
import { ShareCreationNotification } from "@/lib/protocol/ocm/wire";
import { noteGivenUp } from "@/lib/sharing/note-given-up";
import { acceptShare } from "@/lib/sharing/received/answer-share";
import { describeReceivedShare } from "@/lib/sharing/received/describe-received-share";
import { describeReshare } from "@/lib/sharing/received/describe-reshare";
import { describeShareRequest } from "@/lib/sharing/requests/ask-for-share";
import { describeSentShare } from "@/lib/sharing/sent/describe-sent-share";
import { sendShare } from "@/lib/sharing/sent/send-share";
import { describeReshareAnswer } from "@/lib/sharing/sent/tell-branch-answer";
import { describeReshareCut } from "@/lib/sharing/sent/tell-cut-branches";
import { publicJwks } from "@/lib/sites/keys";
import { setOwnListener } from "@/lib/sites/own-listener";
import { listSites, type Site } from "@/lib/sites/sites";
import { describeSite } from "@/lib/trust/site-discovery";
import type { Contact } from "@/prisma/generated/client";
import { POST as postAcceptance } from "@/server/ocm/invite-accepted";
import { POST as postPreview } from "@/server/ocm/invite-preview";
import { POST as postWords } from "@/server/ocm/invite-words";
import { POST as postNotification } from "@/server/ocm/notifications";
import { POST as postShareRequest } from "@/server/ocm/request-share";
import { POST as postSearch } from "@/server/ocm/search-shares";
import { POST as postShare } from "@/server/ocm/shares";
import { POST as postSignBack } from "@/server/ocm/sign-back";
import { POST as postSignedBack } from "@/server/ocm/signed-back";
import { POST as postToken } from "@/server/ocm/token";
import { handleDav } from "@/server/webdav";
import { makeSite, makeUser } from "@/tests/make";

type Handler = (request: Request) => Promise<Response>;
const HANDLERS: Record<string, Handler> = {
  "/ocm/invite-accepted": postAcceptance,
  "/ocm/invite-preview": postPreview,
  "/ocm/invite-words": postWords,
  "/ocm/search-shares": postSearch,
  "/ocm/shares": postShare,
  "/ocm/notifications": postNotification,
  "/ocm/request-share": postShareRequest,
  "/ocm/sign-back": postSignBack,
  "/ocm/signed-back": postSignedBack,
  "/ocm/token": postToken,
};

/** A site of this database that answers other clouds over HTTP, on a host that the tests' configuration excepts. */
export type Cloud = Awaited<ReturnType<typeof startCloud>>;

/** Starts one on a port of its own. Stop it at the end of the test. */
export async function startCloud() {
  let site: Site;
  let isAway = false;
  let losesAnswers = false;
  const meanwhile: Record<string, () => Promise<void>> = {};
  let beforeDav = async (_method: string) => {};
  const handle = async (req: IncomingMessage, res: ServerResponse) => {
    if (!isAway && req.url?.startsWith("/dav/")) return serveDav(site, req, res, beforeDav);
    const answer = isAway ? new Response(null, { status: 503 }) : await answerTo(site, req);
    await meanwhile[req.url ?? ""]?.();
    if (losesAnswers) return req.socket.destroy();
    return res
      .writeHead(answer.status, Object.fromEntries(answer.headers))
      .end(Buffer.from(await answer.arrayBuffer()));
  };
  const server = createServer(handle);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  site = await makeSite(`http://peer.localhost:${(server.address() as AddressInfo).port}`);
  return {
    site,
    handle,
    setAway: (value: boolean) => {
      isAway = value;
    },
    /** Requests arrive and are handled, but nobody hears the answer. */
    loseAnswers: (value: boolean) => {
      losesAnswers = value;
    },
    /** What happens each time that a request to this path was handled, before anybody hears the answer. */
    beforeAnswering: (path: string, happens: () => Promise<void>) => {
      meanwhile[path] = happens;
    },
    /** What happens after a request to a share was answered, before anybody hears the answer. */
    beforeDav: (happens: typeof beforeDav) => {
      beforeDav = happens;
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The two ways in which two clouds can stand to each other, between which a share makes no difference. */
export const SETTINGS = ["two servers", "two sites of one installation"] as const;
export type Setting = (typeof SETTINGS)[number];
/** Two clouds; `doorOpened` counts what reached WebDAV by HTTP. */
export type Pair = { here: Cloud; there: Cloud; davRequests: () => number; stop: () => Promise<void> };

/** Starts two, on a port each, or behind one door as a process with both sites has it. */
export async function startPair(setting: Setting): Promise<Pair> {
  const [here, there] = [await startCloud(), await startCloud()];
  let davRequests = 0;
  const count = async () => void davRequests++;
  for (const cloud of [here, there]) cloud.beforeDav(count);
  const stopBoth = () => Promise.all([here.stop(), there.stop()]);
  const counted = () => davRequests;
  if (setting === "two servers")
    return { here, there, davRequests: counted, stop: async () => void (await stopBoth()) };

  const door = createServer((req, res) => {
    const cloud = [here, there].find(({ site }) => site.provider === req.headers.host);
    return cloud ? cloud.handle(req, res) : res.writeHead(421).end();
  });
  await new Promise<void>((resolve) => door.listen(0, "127.0.0.1", resolve));
  await listSites(); // who is a site of this process is known from the last look
  setOwnListener({ address: "127.0.0.1", port: (door.address() as AddressInfo).port });
  const stop = async () => {
    setOwnListener(null);
    door.closeAllConnections();
    await Promise.all([new Promise((resolve) => door.close(resolve)), stopBoth()]);
  };
  return { here, there, davRequests: counted, stop };
}

export type Friends = Pair & {
  alice: UserPrincipal;
  bob: UserPrincipal;
  bobAtAlices: Contact;
  aliceAtBobs: Contact;
};

/** Two clouds, with Alice on the one and Bob on the other, who are contacts. */
export async function startFriends(setting: Setting): Promise<Friends> {
  const pair = await startPair(setting);
  const alice = await makeUser({ site: pair.here.site, userName: "alice", displayName: "Alice" });
  const bob = await makeUser({ site: pair.there.site, userName: "bob", displayName: "Bob" });
  const [bobAtAlices, aliceAtBobs] = await befriend(alice, bob);
  return { ...pair, alice, bob, bobAtAlices, aliceAtBobs };
}

async function serveDav(
  site: Site,
  req: IncomingMessage,
  res: ServerResponse,
  before: (method: string) => Promise<void>,
): Promise<void> {
  req.headers["x-tessera-site"] = site.id;
  const end = res.end.bind(res) as (...given: unknown[]) => ServerResponse;
  res.end = ((...given: unknown[]) => {
    void before(req.method ?? "").then(() => end(...given));
    return res;
  }) as typeof res.end;
  return handleDav(req, res);
}

async function answerTo(site: Site, req: IncomingMessage): Promise<Response> {
  const { method = "GET", url = "/" } = req;
  if (url === "/.well-known/ocm") return Response.json(await describeSite(site));
  if (url === "/ocm/jwks") return Response.json(await publicJwks(site.id));
  const handler = method === "POST" ? HANDLERS[url] : undefined;
  if (!handler) return Response.json({}, { status: 404 });
  const headers = new Headers(req.headers as Record<string, string>);
  headers.set("x-tessera-site", site.id);
  headers.set("x-tessera-address", "127.0.0.1");
  return handler(new Request(site.origin + url, { method, headers, body: await buffer(req) }));
}

/** Makes two people contacts of each other, as an accepted invite does. */
export async function befriend(one: UserPrincipal, other: UserPrincipal): Promise<[Contact, Contact]> {
  const ids = [`pairwise-${newId()}`, `pairwise-${newId()}`] as const;
  const contactOf = async (user: UserPrincipal, whom: UserPrincipal, ourIdentifier: string, identifier: string) => {
    const { provider } = await db().site.findUniqueOrThrow({ where: { id: whom.siteId } });
    const { siteId, userId } = user;
    const { displayName } = whom;
    return db().contact.create({ data: { siteId, userId, provider, identifier, ourIdentifier, displayName } });
  };
  return [await contactOf(one, other, ids[0], ids[1]), await contactOf(other, one, ids[1], ids[0])];
}

/** A folder in a person's files. */
export async function makeFolder(user: UserPrincipal, name = "Photos"): Promise<{ id: string; name: string }> {
  return ownTree(user).makeFolder([name]);
}

/** What a cloud says of itself that speaks the newest form, and else nothing. */
export const NEWEST_CLOUD = { name: "", apiVersion: "1.4.0", endPoint: "", capabilities: [], criteria: [] };

/** The offer of a share as it is told to a cloud that takes relative uris, or wants whole ones. */
export async function offerOf(siteId: string, shareId: string, { takesRelativeUris = true } = {}) {
  const json = (await describeSentShare(siteId, shareId))?.call.json;
  if (typeof json !== "function") throw new Error("There is nothing to offer.");
  return ShareCreationNotification.parse(await json({ ...NEWEST_CLOUD, takesRelativeUris }));
}

const DESCRIBERS = {
  "sent-share": describeSentShare,
  "received-share": describeReceivedShare,
  contact: describeContact,
  "share-request": describeShareRequest,
  reshare: describeReshare,
  "reshare-cut": describeReshareCut,
  "reshare-answer": describeReshareAnswer,
};

/** Makes every delivery that waits due, and tries each once. */
export async function deliverAll(): Promise<void> {
  await db().breaker.updateMany({ data: { openUntil: new Date(0) } });
  await db().delivery.updateMany({ data: { nextAttemptAt: new Date(Date.now() - 60_000), leaseUntil: null } });
  for (const { siteId, id } of await db().delivery.findMany({ orderBy: { id: "asc" } })) {
    await deliver({ siteId, deliveryId: id }, DESCRIBERS, noteGivenUp);
  }
}

/** The kinds of what a person was told, oldest first. */
export async function noticesOf({ siteId, userId }: UserPrincipal): Promise<string[]> {
  const rows = await db().notice.findMany({ where: { siteId, userId }, orderBy: { id: "asc" } });
  return rows.map(({ kind }) => kind);
}

/**
 * Gives something at the top of a person's files to somebody who takes it: a contact on another cloud, or without one
 * a person of the same. Returns both ids of the share.
 */
export async function shareAndAccept(
  sender: UserPrincipal,
  receiver: UserPrincipal,
  { name, contact, role = "editor" }: { name: string; contact?: Contact; role?: "viewer" | "editor" },
): Promise<{ sentId: string; receivedId: string }> {
  const { id: nodeId } = await ownTree(sender).stat([name]);
  const recipient = contact
    ? ({ kind: "contact", id: contact.id } as const)
    : ({ kind: "person", id: receiver.userId } as const);
  const { id: sentId } = await sendShare(sender, { nodeId, recipient, role, expiresAt: null, note: "" });
  await deliverAll();
  const { siteId, userId: receiverId } = receiver;
  const { id: receivedId } = await db().receivedShare.findFirstOrThrow({
    where: { siteId, receiverId, providerId: sentId },
  });
  await acceptShare(receiver, receivedId);
  await deliverAll();
  return { sentId, receivedId };
}
