import { Ajv } from "ajv";
import { afterEach, beforeEach, expect, it } from "vitest";
import { acceptInvite } from "@/lib/contacts/accept-invite";
import { createInvite } from "@/lib/contacts/invites";
import { db } from "@/lib/core/db";
import type { UserPrincipal } from "@/lib/core/principal";
import { decryptSecret } from "@/lib/core/secrets";
import { ownTree } from "@/lib/files/own-tree";
import { formatOcmAddress } from "@/lib/protocol/ocm/address";
import { acceptShare, leaveShare } from "@/lib/sharing/received/answer-share";
import { listReceivedShares } from "@/lib/sharing/received/received-shares";
import { receivedTree } from "@/lib/sharing/received/received-tree";
import { revokeShare } from "@/lib/sharing/sent/end-sent-shares";
import { sendShare } from "@/lib/sharing/sent/send-share";
import { updateSentShare } from "@/lib/sharing/sent/update-sent-share";
import { type Cloud, deliverAll, startCloud } from "@/tests/clouds";
import { makeUser } from "@/tests/make";
import { contentOf, makeFile } from "@/tests/make-files";
import { memoryTree } from "@/tests/memory-tree";
import { NEWEST_FAMILIES, type NewestFamily, type NewestPeer, startNewestPeer } from "@/tests/peers/newest";
import { SCHEMAS } from "./schemas";

// What our server answers and what our client sends, byte for byte, against what the specification asks.
const ajv = new Ajv({ allErrors: true, strict: true, strictRequired: false });
const validators = Object.fromEntries(Object.entries(SCHEMAS).map(([name, schema]) => [name, ajv.compile(schema)]));

function expectToFit(name: keyof typeof SCHEMAS, message: unknown): void {
  validators[name]?.(message);
  expect(validators[name]?.errors ?? [], `${name}: ${JSON.stringify(message)}`).toEqual([]);
}

let here: Cloud;
let there: NewestPeer;
let alice: UserPrincipal;

beforeEach(async () => {
  const strict = NEWEST_FAMILIES["opencloudmesh-go"] as NewestFamily;
  // It takes more than the real one, so that all of our messages are heard.
  const family = { ...strict, refusesOffer: () => null, refusesNotification: () => null };
  [here, there] = [await startCloud(), await startNewestPeer(family)];
  alice = await makeUser({ site: here.site, userName: "alice", displayName: "Alice" });
});
afterEach(() => Promise.all([here.stop(), there.stop()]));

const connect = () => acceptInvite(alice, { token: there.invite(), provider: there.provider });
const contact = () => db().contact.findFirstOrThrow({ where: { userId: alice.userId } });
const sentTo = (path: string) => there.requestsTo(path).map(({ body }) => `${body}`);
const get = async (path: string) =>
  (await fetch(here.site.origin.replace("peer.localhost", "127.0.0.1") + path)).json();

it("describes itself and its keys so", async () => {
  expectToFit("discovery", await get("/.well-known/ocm"));
  expectToFit("keys", await get("/ocm/jwks"));
});

it("accepts invites so, and answers whoever accepts one", async () => {
  await connect();
  await createInvite(alice, { note: "" });
  const { tokenEncrypted } = await db().invite.findFirstOrThrow();
  const token = decryptSecret("invite", tokenEncrypted ?? "");

  const taken = await there.accept(here.site.provider, token);
  const again = await there.accept(here.site.provider, token, { nonce: "again" });
  const unknown = await there.accept(here.site.provider, "unknown");

  for (const message of sentTo("/ocm/invite-accepted")) expectToFit("invite", JSON.parse(message));
  expect([taken.status, again.status, unknown.status]).toEqual([200, 409, 400]);
  for (const { json } of [taken, again]) expectToFit("inviteAnswer", json);
  expectToFit("refusal", unknown.json);
});

it("offers, changes and ends shares so, and gives tokens", async () => {
  await connect();
  await makeFile(alice, "/Photos/hut.txt", "A hut.");
  const { id: nodeId } = await ownTree(alice).stat(["Photos"]);
  const recipient = { kind: "contact", id: (await contact()).id } as const;
  const expiresAt = new Date(Date.now() + 86_400_000).toISOString();
  const { id } = await sendShare(alice, { nodeId, recipient, role: "viewer", expiresAt, note: "Look!" });
  await deliverAll();
  const [offered] = there.taken;
  if (!offered) throw new Error("Nothing was offered.");
  const token = await there.exchange(offered);
  await updateSentShare(alice, id, { role: "editor" });
  await deliverAll();
  await revokeShare(alice, id);
  await deliverAll();
  const refused = await there.exchange({ ...offered, secret: "another" });

  const [share = ""] = sentTo("/ocm/shares");
  expectToFit("share", JSON.parse(share));
  const notifications = sentTo("/ocm/notifications").map((message) => JSON.parse(message));
  expect(notifications.map(({ notificationType }) => notificationType)).toEqual([
    "SHARE_CHANGE_PERMISSION",
    "SHARE_UNSHARED",
  ]);
  for (const message of notifications) expectToFit("notification", message);
  expectToFit("tokenAnswer", token.json);
  expect(refused.status).toBe(400);
  expectToFit("tokenRefusal", refused.json);
});

it("answers offers and notifications so, asks for tokens, and says what it did with an offer", async () => {
  await connect();
  const { ourIdentifier } = await contact();
  const shareWith = formatOcmAddress({ identifier: ourIdentifier, provider: here.site.provider });
  const offer = await there.share(shareWith, "lake.txt", memoryTree({ "": "A lake." }, { rootName: "lake.txt" }));
  const [received] = (await listReceivedShares(alice)).items;
  const { id } = await acceptShare(alice, received?.id ?? "");
  await deliverAll();
  expect(await contentOf(await receivedTree(alice, id), "/")).toBe("A lake.");
  await leaveShare(alice, id);
  await deliverAll();
  const misfit = await there.share(`nobody@${here.site.provider}`, "", memoryTree({}));
  const ended = await there.unshare(here.site.provider, offer.secret);

  expect([offer.status, misfit.status, ended.status]).toEqual([201, 400, 201]);
  expectToFit("shareAnswer", offer.json);
  expectToFit("refusal", misfit.json);
  expectToFit("notificationAnswer", ended.json);
  for (const message of sentTo("/ocm/notifications")) expectToFit("notification", JSON.parse(message));
  for (const form of sentTo("/ocm/token")) expectToFit("tokenRequest", Object.fromEntries(new URLSearchParams(form)));
  expect(sentTo("/ocm/token")).toHaveLength(1);
});
