import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { PATCH } from "@/app/api/contacts/[id]/route";
import { db } from "@/lib/core/db";
import { newId } from "@/lib/core/ids";
import type { UserPrincipal } from "@/lib/core/principal";
import { acceptUnasked } from "@/lib/sharing/received/accept-unasked";
import { listReceivedShares } from "@/lib/sharing/received/received-shares";
import { sendShare } from "@/lib/sharing/sent/send-share";
import { getSentShare } from "@/lib/sharing/sent/sent-shares";
import type { Contact } from "@/prisma/generated/client";
import { deliverAll, type Friends, makeFolder, noticesOf, SETTINGS, startFriends } from "@/tests/clouds";
import { requestOf } from "@/tests/make";

describe.each(SETTINGS)("between %s", (setting) => {
  let pair: Friends;
  let alice: UserPrincipal;
  let bob: UserPrincipal;
  let bobAtAlices: Contact;
  let aliceAtBobs: Contact;

  beforeEach(async () => {
    pair = await startFriends(setting);
    ({ alice, bob, bobAtAlices, aliceAtBobs } = pair);
  });
  afterEach(() => pair.stop());

  const choose = async (acceptsShares: boolean, id = aliceAtBobs.id) =>
    PATCH(await requestOf(bob, `/api/contacts/${id}`, { method: "PATCH", body: { acceptsShares } }), {
      params: Promise.resolve({ id }),
    });
  async function send() {
    const { id: nodeId } = await makeFolder(alice);
    const recipient = { kind: "contact", id: bobAtAlices.id } as const;
    const { id } = await sendShare(alice, { nodeId, recipient, role: "viewer", expiresAt: null, note: "" });
    await deliverAll();
    return id;
  }
  const jobs = () => db().$queryRaw<{ payload: { siteId: string; id: string } }[]>`
  SELECT payload FROM graphile_worker._private_jobs AS job
    JOIN graphile_worker._private_tasks AS task ON task.id = job.task_id WHERE task.identifier = 'accept-unasked'`;
  const runJobs = async () => {
    for (const { payload } of await jobs()) await acceptUnasked(payload);
  };
  const received = async () => (await listReceivedShares(bob)).items;

  it("takes what a contact offers, tells the sender and the receiver, and writes it down", async () => {
    expect(await (await choose(true)).json()).toMatchObject({ acceptsShares: true });

    const id = await send();
    await runJobs();
    await runJobs();
    await deliverAll();

    expect(await received()).toMatchObject([{ state: "accepted", path: "/Photos" }]);
    expect(await getSentShare(alice, id)).toMatchObject({ state: "accepted" });
    expect(await noticesOf(bob)).toEqual(["share-arrived"]);
    const entries = await db().auditEntry.findMany({ where: { siteId: bob.siteId }, orderBy: { id: "asc" } });
    expect(entries.map(({ action, detail }) => [action, detail])).toEqual(
      expect.arrayContaining([
        ["contact-changed", { acceptsShares: true }],
        ["received-share-accepted", expect.objectContaining({ isUnasked: true })],
      ]),
    );
  });

  it("asks as long as nobody has said otherwise, and again after somebody has", async () => {
    await send();
    await choose(true);
    await choose(false);
    await db().fileNode.updateMany({ where: { name: "Photos" }, data: { name: "Lakes" } });
    await send();

    expect(await jobs()).toEqual([]);
    expect((await received()).map(({ state }) => state)).toEqual(["pending", "pending"]);
  });

  it("leaves to its receiver what came before he changed his mind", async () => {
    await choose(true);
    await send();
    await choose(false);

    await runJobs();

    expect(await received()).toMatchObject([{ state: "pending" }]);
    expect(await noticesOf(bob)).toEqual(["share-offered"]);
  });

  it("takes nothing of somebody else of that cloud who knows the identifier", async () => {
    await choose(true);
    await db().contact.updateMany({ where: { id: aliceAtBobs.id }, data: { identifier: "the-true-alice" } });

    await send();

    expect(await jobs()).toEqual([]);
    expect(await received()).toMatchObject([{ state: "pending", isFromContact: false }]);
  });

  it("is nobody's to choose but that of whose contact it is", async () => {
    expect((await choose(true, bobAtAlices.id)).status).toBe(404);
    expect((await choose(true, newId())).status).toBe(404);
    expect((await choose(true, "x")).status).toBe(404);
  });
});
