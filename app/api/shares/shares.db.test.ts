import { beforeEach, expect, it } from "vitest";
import type { UserPrincipal } from "@/lib/core/principal";
import { getSite } from "@/lib/sites/sites";
import { makeFolder } from "@/tests/clouds";
import { makeUser, requestOf } from "@/tests/make";
import { POST as accept } from "./received/[id]/accept/route";
import { POST as decline } from "./received/[id]/decline/route";
import { DELETE as leave } from "./received/[id]/route";
import { GET as listReceived } from "./received/route";
import { POST as retry } from "./sent/[id]/retry/route";
import { PATCH as change, DELETE as revoke } from "./sent/[id]/route";
import { GET as listSent, POST as send } from "./sent/route";

let alice: UserPrincipal;
let bob: UserPrincipal;
let nodeId: string;
type Handler = (request: Request, context: { params: Promise<{ id: string }> }) => Promise<Response>;

async function ask(user: UserPrincipal, handler: Handler, path: string, method = "GET", body?: unknown) {
  const id = path.split("/")[1] ?? "";
  const request = await requestOf(user, `/api/shares/${path}`, { method, body });
  const response = await handler(request, { params: Promise.resolve({ id }) });
  return { status: response.status, body: await response.json() };
}
const offer = (changes: object = {}) => ({
  nodeId,
  recipient: { kind: "person", id: bob.userId },
  role: "viewer",
  ...changes,
});

beforeEach(async () => {
  alice = await makeUser({ displayName: "Alice" });
  bob = await makeUser({ site: await getSite(alice.siteId), displayName: "Bob" });
  nodeId = (await makeFolder(alice)).id;
});

it("carries a share from its sending to its end", async () => {
  const sent = await ask(alice, send, "sent", "POST", offer({ note: " Look " }));
  expect(sent).toMatchObject({ status: 201, body: { state: "delivered", note: "Look", expiresAt: null } });
  const { id } = sent.body;
  expect(await ask(alice, listSent, `sent?nodeId=${nodeId}`)).toMatchObject({ body: { items: [{ id }], next: null } });
  expect(await ask(alice, retry, `sent/${id}`, "POST")).toMatchObject({ status: 200, body: { id } });

  const { body: received } = await ask(bob, listReceived, "received?limit=1");
  const receivedId = received.items[0].id;
  expect(await ask(bob, accept, `received/${receivedId}`, "POST")).toMatchObject({ body: { path: "/Photos" } });
  expect(await ask(bob, decline, `received/${receivedId}`, "POST")).toMatchObject({
    status: 409,
    body: { code: "SHARE_ACCEPTED_BEFORE" },
  });

  expect(await ask(alice, change, `sent/${id}`, "PATCH", { role: "editor" })).toMatchObject({
    body: { role: "editor" },
  });
  expect(await ask(alice, revoke, `sent/${id}`, "DELETE")).toMatchObject({ body: { state: "revoked" } });
  expect(await ask(bob, leave, `received/${receivedId}`, "DELETE")).toMatchObject({ body: { state: "left" } });
  expect(await ask(bob, listReceived, "received")).toMatchObject({ body: { items: [] } });
});

it.each([
  ["a role that there is not", { role: "owner" }, "role"],
  ["no recipient", { recipient: { kind: "nobody" } }, "recipient.kind"],
  ["a note that is too long", { note: "x".repeat(1001) }, "note"],
  ["an expiry in the past", { expiresAt: "2020-01-01T00:00:00Z" }, "expiresAt"],
])("names the field of %s", async (_name, changes, name) => {
  const refused = await ask(alice, send, "sent", "POST", offer(changes));

  expect(refused).toMatchObject({ status: 400, body: { fields: [{ name, message: expect.any(String) }] } });
});
