import { setTimeout as sleep } from "node:timers/promises";
import type { CloudClient } from "../tests/cloud-client";
import { person, type Setting } from "./setting";

type Received = { id: string; name: string; path: string | null; state: string };
type Listed<T> = { items: T[] };

/** Asks again until the answer is there; what two clouds tell each other takes a moment. */
export async function eventually<T>(what: string, ask: () => Promise<T | undefined>): Promise<T> {
  for (let tries = 0; tries < 200; tries++) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await sleep(50);
  }
  throw new Error(`${what} did not happen.`);
}

type Wanted = { note?: string; isAccepted?: boolean };

/** Alice and bob become contacts; a new folder of alice's is shared with bob, who accepts unless told otherwise. */
export async function connectPeople({ clouds }: Setting, name: string, { note = "", isAccepted = true }: Wanted = {}) {
  const [alice, bob] = [await person(clouds[0]), await person(clouds[1])];
  const contact = await contactOf(alice, bob);
  const folder = await alice.json<{ id: string }>("POST", "/api/files/folders", { path: `/${name}` });
  const sent = await alice.json<{ id: string }>("POST", "/api/shares/sent", {
    nodeId: folder.id,
    recipient: { kind: "contact", id: contact.id },
    role: "editor",
    note,
  });
  const offer = await eventually("The offer", async () => {
    const { items } = await bob.json<Listed<Received>>("GET", "/api/shares/received");
    return items.find((share) => share.name === name && share.state === "pending");
  });
  const answered = isAccepted ? await bob.json<Received>("POST", `/api/shares/received/${offer.id}/accept`) : offer;
  return { alice, bob, sentShareId: sent.id, folderId: folder.id, receivedPath: answered.path ?? "" };
}

/** Bob as alice's contact, invited if need be. */
async function contactOf(alice: CloudClient, bob: CloudClient): Promise<{ id: string }> {
  const find = async () => (await alice.json<Listed<{ id: string }>>("GET", "/api/contacts")).items[0];
  const known = await find();
  if (known) return known;
  const { invitation } = await alice.json<{ invitation: { code: string } }>("POST", "/api/invites", {});
  const { token, provider } = await bob.json<{ token: string; provider: string }>("POST", "/api/invites/preview", {
    text: invitation.code,
  });
  await bob.json("POST", "/api/invites/accept", { token, provider });
  return eventually("The contact", find);
}
