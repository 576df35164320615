import type { Page } from "@playwright/test";
import { startPeer } from "@/tests/peer";
import { expectAccessibleEverywhere } from "./accessible";
import { type Clouds, expect, readClouds, startCloud, stopCloud, test } from "./clouds";
import { knock, queryRows } from "./knock";
import {
  connect,
  fillSignIn,
  type Member,
  makeAliceAndBob,
  makeFolder,
  makeMember,
  namesIn,
  openAs,
  putFile,
  receivedShares,
  setUpFresh,
  shareWith,
} from "./people";
import { choose, chooseCloud, chooseNew, closeDialog, goTo, openEntry, rowOf, share, uploadSlowly } from "./screens";
import { addressOf, offerOf, signedBy } from "./stranger";

// What goes wrong is said in plain words, and goes right as soon as it can.
let clouds: Clouds;
let alice: Member;
let bob: Member;

test.beforeAll(async () => {
  clouds = readClouds();
  [alice, bob] = await makeAliceAndBob(clouds);
  await connect(alice, bob);
});

/** Something of Alice's that Bob has accepted. */
async function shareAccepted(name: string, more: { role?: "viewer" | "editor"; expiresAt?: string } = {}) {
  const { id } = await makeFolder(alice, `/${name}`);
  await putFile(alice, `/${name}/a.txt`, "Hello");
  await makeFolder(alice, `/${name}/Inside`);
  const sent = await shareWith(alice, bob, id, more);
  const arrived = async () => (await receivedShares(bob)).find((one) => one.name === name)?.id;
  await expect.poll(arrived).toBeTruthy();
  await bob.client.json("POST", `/api/shares/received/${await arrived()}/accept`);
  return sent;
}

test("a share with a cloud that is away is queued, says why, and arrives when that cloud is back", async ({
  browser,
}) => {
  await makeFolder(alice, "/Patience");
  const alices = await openAs(await browser.newContext(), alice);
  const bobs = await openAs(await browser.newContext(), bob, "/shared-with-me");
  await expect(bobs.getByRole("heading", { name: "Shared with me" })).toBeVisible();
  await stopCloud("b");

  const dialog = await share(alices, "Patience", { search: "Bob", person: clouds.b.provider });
  const row = dialog.getByTestId("access-row");
  await expect(row).toContainText("Queued");
  await expect(row).toContainText(/(could not be reached|cannot be reached|did not answer|does not answer)[^.]*\./);
  await startCloud("b");
  await row.getByRole("button", { name: "Try again" }).click();

  await expect(row).toContainText("Waiting for an answer");
  await expect(bobs.getByTestId("offer")).toContainText("Patience", { timeout: 45_000 });
});

test("a folder of a cloud that is away says so, and the rest of the page works", async ({ context }) => {
  await shareAccepted("Far away");
  const page = await openAs(context, bob);
  await openEntry(page, "Far away");
  await expect(rowOf(page, "a.txt")).toBeVisible();

  await stopCloud("a");
  await openEntry(page, "Inside");
  await expect(page.getByText("The other cloud does not answer")).toBeVisible({ timeout: 15_000 });
  await goTo(page, "Shared with me");
  await expect(page.getByTestId("received-share").filter({ hasText: "Far away" })).toBeVisible();
  await startCloud("a");

  await page.getByTestId("received-share").getByRole("link", { name: "Far away" }).click();
  await openEntry(page, "Inside");
  await expect(page.getByText("Nothing here yet")).toBeVisible();
});

test("a cloud that accepts the connection and then says nothing is given up after 10 s, or before if one likes", async ({
  context,
}) => {
  const peer = await startPeer({ port: clouds.peerPorts[13], capabilities: ["exchange-token"] });
  await offerFromPeer(peer, "Silence");
  peer.on("/ocm/token", "hang");
  const page = await openAs(context, bob);

  await openEntry(page, "Silence");
  await page.getByRole("button", { name: "Stop waiting" }).click();
  await expect(page.getByText("You stopped waiting")).toBeVisible();
  await page.getByRole("button", { name: "Try again" }).click();

  await expect(page.getByText("The other cloud does not answer")).toBeVisible({ timeout: 15_000 });
  await peer.stop();
});

test("what a cloud does not take in is said to both sides, and told again by hand", async ({ context, browser }) => {
  const peer = await startPeer({ port: clouds.peerPorts[12], capabilities: ["exchange-token"] });
  const refuses = { status: 410, json: {} };
  const takes = { status: 201, json: { recipientDisplayName: "Bob" } };
  peer.on("/ocm/shares", { status: 400, json: {} });
  peer.on("/ocm/notifications", refuses);
  const { id: nodeId } = await makeFolder(alice, "/Told");
  const recipient = { kind: "address", address: `bob@${peer.provider}` };
  const input = { nodeId, recipient, role: "viewer" };
  const { id } = await alice.client.json<{ id: string }>("POST", "/api/shares/sent", input);
  const hears = context.waitForEvent("response", (response) => response.url().endsWith("/content/events"));
  const page = await openAs(context, alice, "/shared-by-me");
  const row = page.getByTestId("sent-share").filter({ hasText: "Told" });
  await hears;
  await expect(row).toContainText("Not delivered");
  await goTo(page, "Files");
  await choose(page, "Told", "Share…");
  const access = page.getByTestId("access-row");
  await expect(access).toContainText("Not delivered");
  await expect(access).toContainText("The other cloud did not understand it.");
  await expectAccessibleEverywhere(page);
  peer.on("/ocm/shares", takes);
  await access.getByRole("button", { name: "Try again" }).click();
  await expect(access).toContainText("Waiting for an answer");
  await closeDialog(page);
  await goTo(page, "Shared by me");

  await alice.client.json("PATCH", `/api/shares/sent/${id}`, { role: "editor" });
  await expect(row).toContainText("Change not told");
  await expect(row).toContainText("The change holds all the same.");
  await alice.client.json("DELETE", `/api/shares/sent/${id}`);
  await expect(row).toContainText("End not told");
  await expect(row).toContainText("Bob has no access all the same.");

  await offerFromPeer(peer, "Answered");
  const bobs = await openAs(await browser.newContext(), bob, "/shared-with-me");
  const received = bobs.getByTestId("received-share").filter({ hasText: "Answered" });
  await expect(received).toContainText("Alice could not be told that you accepted it.");

  peer.on("/ocm/notifications", takes);
  await received.getByRole("button", { name: "Try again" }).click();
  await row.getByRole("button", { name: "Try again" }).click();
  await expect(received).not.toContainText("could not be told");
  await expect(row).toHaveCount(0);
  await peer.stop();
});

async function offerFromPeer(peer: Awaited<ReturnType<typeof startPeer>>, name: string): Promise<void> {
  const offer = offerOf(peer, { address: await addressOf(bob) }, { name });
  await knock(clouds.b, signedBy(peer, clouds.b, "/ocm/shares", offer));
  const share = (await receivedShares(bob)).find((one) => one.name === name);
  await bob.client.json("POST", `/api/shares/received/${share?.id}/accept`);
}

test("a share that is revoked while it is open says so at the next step", async ({ context }) => {
  const { id } = await shareAccepted("Taken back");
  const page = await openAs(context, bob);
  await openEntry(page, "Taken back");
  await expect(rowOf(page, "Inside")).toBeVisible();

  await alice.client.json("DELETE", `/api/shares/sent/${id}`);

  await expect(page.getByText("Alice no longer shares “Taken back” with you")).toBeVisible();
  await expect(rowOf(page, "Inside")).toHaveCount(0);
  await goTo(page, "Files");
  await expect(rowOf(page, "Taken back")).toHaveCount(0);
});

test("a share whose time is over opens nothing any more", async ({ context }) => {
  const { id } = await shareAccepted("Short");
  const page = await openAs(context, bob, "/shared-with-me");
  await expect(page.getByTestId("received-share").filter({ hasText: "Short" })).toBeVisible();

  const expiresAt = new Date(Date.now() + 1_000).toISOString();
  await alice.client.json("PATCH", `/api/shares/sent/${id}`, { expiresAt });

  await expect(page.getByText("The time it was shared for is over.")).toBeVisible({ timeout: 20_000 });
  await page.goto(`${clouds.b.origin}/files/Short`);
  await expect(page.getByRole("heading", { name: "This share has ended" })).toBeVisible();
  await expect(page.getByText("The time for which Alice shared “Short” with you is over.")).toBeVisible();
});

test("a password that is guessed at is throttled, in words that say for how long", async ({ page }) => {
  await setUpFresh();
  await page.goto(`${clouds.fresh.origin}/sign-in`);
  await fillSignIn(page, "nobody", "guess 1");
  await expect(page.getByText("The user name or the password is not right.")).toBeVisible();

  for (let guess = 2; guess <= 11; guess++) {
    const answered = page.waitForResponse((response) => response.url().includes("/callback/credentials"));
    await fillSignIn(page, "nobody", `guess ${guess}`);
    await answered;
  }

  await expect(page.getByText(/Too many tries\. Try again/)).toBeVisible();
});

test.describe("an invite", () => {
  let page: Page;
  test.beforeEach(async ({ context }) => {
    page = await openAs(context, bob, "/invites");
  });

  type Made = { id: string; invitation: { code: string; link: string } };
  const invite = () => alice.client.json<Made>("POST", "/api/invites", {});
  /** Pastes it, says yes if one is asked, and returns the dialog with whatever it says then. */
  async function paste(text: string) {
    await page.getByTestId("accept-an-invite").click();
    const dialog = page.getByRole("dialog", { name: "Accept an invite" });
    await dialog.getByTestId("invite-text").fill(text);
    await dialog.getByTestId("invite-look").click();
    const question = dialog.getByTestId("accept-invite");
    await expect(question.or(dialog.getByRole("alert")).or(dialog.getByTestId("invite-accepted"))).toBeVisible();
    if (await question.isVisible()) await question.click();
    return dialog;
  }

  test("that is none is said to be none", async () => {
    await expect(await paste("Dear Bob, see you tomorrow")).toContainText("There is no invite in this text.");
  });

  test("that its cloud does not know", async () => {
    await expect(await paste(`unknown-token-0123456789@${clouds.a.provider}`)).toContainText(
      "That cloud does not know this invite",
    );
  });

  test("that has expired", async () => {
    const { id, invitation } = await invite();
    await queryRows(clouds.a, `UPDATE "Invite" SET "expiresAt" = now() WHERE id = $1`, [id]);

    await expect(await paste(invitation.code)).toContainText("This invite has expired. Ask for a new one.");
  });

  test("that was revoked", async () => {
    const { id, invitation } = await invite();
    await alice.client.json("DELETE", `/api/invites/${id}`);

    await expect(await paste(invitation.link)).toContainText("This invite was revoked. Ask for a new one.");
  });

  test("that somebody else has used", async () => {
    const { invitation } = await invite();
    const other = await makeMember(clouds.b, "Bob");
    const preview = await other.client.json("POST", "/api/invites/preview", { text: invitation.code });
    await other.client.json("POST", "/api/invites/accept", preview);

    await expect(await paste(invitation.code)).toContainText("Somebody has already used this invite.");
  });

  test("that is one’s own, or of one’s own cloud", async () => {
    const own = await bob.client.json<Made>("POST", "/api/invites", {});
    await expect(await paste(own.invitation.link)).toContainText("This is your own invite.");
    await closeDialog(page);

    const neighbour = await makeMember(clouds.b, "Alice");
    const { invitation } = await neighbour.client.json<Made>("POST", "/api/invites", {});
    await expect(await paste(invitation.link)).toContainText("This invite was made on your own cloud,");
  });

  test("that one has used oneself", async () => {
    const { invitation } = await invite();
    const preview = await bob.client.json("POST", "/api/invites/preview", { text: invitation.code });
    await bob.client.json("POST", "/api/invites/accept", preview);

    await expect(await paste(invitation.code)).toContainText("You are already connected with Alice");
  });

  test("of somebody who is a contact already leaves one contact on both sides, whoever invites", async () => {
    const [ann, ben] = await makeAliceAndBob(clouds);
    await connect(ann, ben);
    const contacts = async ({ client }: Member) =>
      (await client.json<{ items: { id: string }[] }>("GET", "/api/contacts?limit=10")).items.map(({ id }) => id);
    const before = [await contacts(ann), await contacts(ben)];

    await connect(ann, ben);
    await connect(ben, ann);

    expect(before.map(({ length }) => length)).toEqual([1, 1]);
    expect([await contacts(ann), await contacts(ben)]).toEqual(before);
  });

  test("whose link is opened too late says what became of it, and one that was used still leads on", async () => {
    const [used, expired, revoked] = [await invite(), await invite(), await invite()];
    const preview = await bob.client.json("POST", "/api/invites/preview", { text: used.invitation.code });
    await bob.client.json("POST", "/api/invites/accept", preview);
    await queryRows(clouds.a, `UPDATE "Invite" SET "expiresAt" = now() WHERE id = $1`, [expired.id]);
    await alice.client.json("DELETE", `/api/invites/${revoked.id}`);

    const { items } = await alice.client.json<{ items: { id: string; state: string }[] }>("GET", "/api/invites");
    const stateOf = ({ id }: Made) => items.find((one) => one.id === id)?.state;
    expect([used, expired, revoked].map(stateOf)).toEqual(["used", "expired", "revoked"]);
    await page.goto(expired.invitation.link);
    await expect(page.getByRole("heading", { name: "This invite has expired" })).toBeVisible();
    await page.goto(revoked.invitation.link);
    await expect(page.getByRole("heading", { name: "This invite was revoked" })).toBeVisible();
    await page.goto(`${revoked.invitation.link}x`);
    await expect(page.getByRole("heading", { name: "There is no such invite" })).toBeVisible();
    await page.goto(used.invitation.link);
    await expect(page.getByRole("heading", { name: "This invite was used already" })).toBeVisible();
    await chooseCloud(page, clouds.b.provider);

    await expect(page.getByText("You are already connected with Alice")).toBeVisible();
  });

  test("of a cloud that is not there", async () => {
    const dialog = await paste(`some-token-0123456789@peer.localhost:${clouds.peerPorts[44]}`);
    await expect(dialog.getByRole("alert")).toContainText("The other cloud cannot be reached.");
  });

  test("of a cloud at an address where none may be", async () => {
    const dialog = await paste("some-token-0123456789@nothing.localhost:1");
    await expect(dialog.getByRole("alert")).toContainText("This address may not be reached from here.");
  });

  test("in a whole mail is found, shows who invites, and is used once by a double click", async () => {
    const stranger = await makeMember(clouds.a, "Alice");
    const made = await stranger.client.json<Made & { invitation: { mailText: string } }>("POST", "/api/invites", {});
    await page.getByTestId("accept-an-invite").click();
    const dialog = page.getByRole("dialog", { name: "Accept an invite" });
    await dialog.getByTestId("invite-text").fill(`> ${made.invitation.mailText.replaceAll("\n", "\n> ")}`);
    await dialog.getByTestId("invite-look").click();
    await expect(dialog).toContainText("Alice would like to share with you.");

    await dialog.getByTestId("accept-invite").dblclick();

    await expect(dialog).toContainText("You are connected");
    const { items } = await stranger.client.json<{ items: unknown[] }>("GET", "/api/contacts?limit=10");
    expect(items).toHaveLength(1);
  });
});

test("an upload during which the page is left leaves nothing behind", async ({ context }) => {
  const page = await openAs(context, alice);
  page.on("dialog", (dialog) => dialog.accept());
  await uploadSlowly(page, "long.bin");
  const leases = () =>
    queryRows(clouds.a, `SELECT FROM "UploadLease" l JOIN "User" u ON u.id = l."ownerId" WHERE u."userName" = $1`, [
      alice.userName,
    ]);
  await expect.poll(async () => (await leases()).length).toBe(1);

  await page.reload();

  await expect.poll(async () => (await leases()).length).toBe(0);
  expect(await namesIn(alice, "/")).not.toContain("long.bin");
});

test("two tabs of one person show the same, without reload", async ({ context }) => {
  const first = await openAs(context, alice);
  const second = await openAs(context, alice);
  await expect(second.getByRole("button", { name: "New", exact: true })).toBeVisible();

  await chooseNew(first, "New folder…");
  await first.getByRole("dialog").getByLabel("Name").fill("Seen twice");
  await first.getByRole("button", { name: "Create" }).click();

  await expect(rowOf(second, "Seen twice")).toBeVisible();
  await choose(second, "Seen twice", "Delete");
  await expect(rowOf(first, "Seen twice")).toHaveCount(0);
});

test("a blocked cloud gets nothing and gives nothing, both people are told, and afterwards all goes on", async ({
  browser,
}) => {
  await shareAccepted("Quarrel");
  const { id } = await makeFolder(alice, "/Unwanted");
  const { admin } = clouds.b;
  const page = await (await browser.newContext()).newPage();
  await page.goto(`${clouds.b.origin}/admin/providers`);
  await fillSignIn(page, admin.userName, admin.password);
  const row = page.getByTestId("provider-row").filter({ hasText: clouds.a.provider });
  const change = async (action: string) => {
    await row.getByRole("button", { name: `Change ${clouds.a.provider}` }).click();
    await page.getByRole("menuitem", { name: action }).click();
  };

  await change("Block…");
  await page.getByRole("dialog").getByRole("button", { name: "Block", exact: true }).click();
  await expect(row).toContainText("Blocked");
  const alices = await openAs(await browser.newContext(), alice);
  await shareWith(alice, bob, id);
  await choose(alices, "Unwanted", "Share…");
  const access = alices.getByTestId("access-row");
  await expect(access).toContainText("The other cloud does not accept this from here.");
  const bobs = await openAs(await browser.newContext(), bob, "/files/Quarrel");
  await expect(bobs.getByRole("alert").filter({ hasText: "do not allow" })).toBeVisible();
  await expect(rowOf(bobs, "a.txt")).toHaveCount(0);
  await goTo(bobs, "Shared with me");
  const quarrel = bobs.getByTestId("received-share").filter({ hasText: "Quarrel" });
  await expect(quarrel).toContainText("Suspended");
  await expect(quarrel.getByRole("link")).toHaveCount(0);
  const invite = await alice.client.json<{ invitation: { code: string } }>("POST", "/api/invites", {});
  await goTo(bobs, "Invites");
  await bobs.getByTestId("accept-an-invite").click();
  const dialog = bobs.getByRole("dialog", { name: "Accept an invite" });
  await dialog.getByTestId("invite-text").fill(invite.invitation.code);
  await dialog.getByTestId("invite-look").click();
  await expect(dialog.getByRole("alert")).toContainText("do not allow exchange with that one");
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await goTo(bobs, "Shared with me");

  await change("Unblock");
  await expect(row).toContainText("Not listed");
  await bobs.reload();
  await quarrel.getByRole("link", { name: "Quarrel" }).click();
  await expect(rowOf(bobs, "a.txt")).toBeVisible();
  await access.getByRole("button", { name: "Try again" }).click();
  await expect(access).toContainText("Waiting for an answer");
});
