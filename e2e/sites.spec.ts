import type { Page } from "@playwright/test";
import { startPeer } from "@/tests/peer";
import { expectAccessibleEverywhere } from "./accessible";
import { type Cloud, expect, playNames, readClouds, test } from "./clouds";
import { expectRefusal, knock } from "./knock";
import {
  connect,
  getFile,
  type Member,
  makeFolder,
  makeMember,
  namesIn,
  openAs,
  putFile,
  receivedShares,
  sentShares,
  shareWith,
  signInAdmin,
} from "./people";
import { toast } from "./screens";
import { addressOf, offerOf, signedBy } from "./stranger";

// Two clouds in one installation: one process, one database, and between them what holds between any two.
test.describe.configure({ mode: "serial" });

let main: Cloud;
let second: Cloud;
let operator: Page;
let alice: Member;
let bob: Member;

test.beforeAll(async ({ browser }) => {
  main = readClouds().a;
  const { protocol, host } = new URL(main.origin);
  second = { ...main, origin: `${protocol}//second.${host}`, provider: `second.${host}` };
  operator = await openAs(await browser.newContext(), await signInAdmin(main), "/admin/sites");
});
test.afterAll(() => operator.context().close());

const row = () => operator.getByTestId("site-row").filter({ hasText: second.provider });

test("a site is opened under an address of its own, and waits to be set up", async () => {
  await expect(operator.getByTestId("site-row")).toHaveCount(1);
  await operator.getByTestId("create-site").click();
  const dialog = operator.getByRole("dialog", { name: "Open a site" });
  await dialog.getByLabel("Name").fill("Second");
  await dialog.getByLabel("Address").fill(main.origin);
  await dialog.getByRole("button", { name: "Open" }).click();
  await expect(dialog).toContainText("There is a cloud of this address already.");
  await expectAccessibleEverywhere(operator);

  await dialog.getByLabel("Address").fill(second.origin);
  await dialog.getByRole("button", { name: "Open" }).click();

  await expect(row()).toContainText("Waits to be set up");
  await expectAccessibleEverywhere(operator);
});

test("its link makes its first administrator, who runs this site alone", async ({ browser }) => {
  const link = await row().getByTestId("set-up-link").innerText();
  const page = await browser.newPage();
  await page.goto(link);
  await page.getByLabel("Name of this cloud").fill("Second");
  await page.getByLabel("Your name").fill(main.admin.name);
  await page.getByLabel("User name").fill(main.admin.userName);
  await page.getByLabel("Password", { exact: true }).fill(main.admin.password);
  await page.getByRole("button", { name: "Set up" }).click();
  await page.waitForURL(`${second.origin}/files`);

  await page.goto(`${second.origin}/admin/people`);
  await expect(page.getByTestId("person-row")).toHaveCount(1);
  await expect(page.getByRole("link", { name: "Sites" })).toHaveCount(0);
  expect((await page.goto(`${second.origin}/admin/sites`))?.status()).toBe(404);
  const { client } = await signInAdmin(second);
  expect((await client.send("GET", "/api/admin/sites")).statusCode).toBe(403);
  await page.close();
});

test("people of the two invite each other, share, read and write as from cloud to cloud", async () => {
  [alice, bob] = await Promise.all([makeMember(main, "Alice"), makeMember(second, "Bob")]);
  await connect(alice, bob);
  const { id } = await makeFolder(alice, "/Plans");
  await putFile(alice, "/Plans/plan.txt", "first");
  const { id: shareId } = await shareWith(alice, bob, id, { role: "editor" });

  await expect.poll(async () => (await receivedShares(bob)).length).toBe(1);
  const [offer] = await receivedShares(bob);
  await bob.client.json("POST", `/api/shares/received/${offer?.id}/accept`, {});
  await expect
    .poll(async () => (await sentShares(alice)).find((share) => share.id === shareId)?.state)
    .toBe("accepted");

  expect(await namesIn(bob, "/Plans")).toEqual(["plan.txt"]);
  expect((await getFile(bob, "/Plans/plan.txt")).body.toString()).toBe("first");
  await putFile(bob, "/Plans/plan.txt", "second");
  expect((await getFile(alice, "/Plans/plan.txt")).body.toString()).toBe("second");
});

test("neither sees what is the other's: not by a session, not by an id", async () => {
  const { client } = alice;
  const crossed = await knock(second, { method: "GET", path: "/api/account", headers: { cookie: client.cookie() } });
  expect(crossed.status).toBe(401);
  const [share] = await sentShares(alice);
  expect((await bob.client.send("DELETE", `/api/shares/sent/${share?.id}`)).statusCode).toBe(404);
  const unknown = await knock(main, { method: "GET", path: "/api/account", headers: { host: "third.localhost" } });
  expect(unknown.status).toBe(421);
});

test("its administrators let no name lead into the private network, nor does what is allowed to the first site", async () => {
  const peer = await startPeer({ port: readClouds().peerPorts[50] });
  const asked = playNames({ "within.test": [["10.1.2.3"]] });
  const path = "/api/admin/providers/within.test";
  const [operators, theirs] = [await signInAdmin(main), await signInAdmin(second)];
  const allow = async ({ client }: typeof theirs) => {
    await client.json("POST", "/api/admin/providers", { domain: "within.test", standing: "blocked" });
    const body = JSON.stringify({ privateNetwork: "10.1.2.0/24" });
    const answer = await client.send("PATCH", path, { body, headers: { "content-type": "application/json" } });
    return [answer.statusCode, ((await answer.body.json()) as { code?: string }).code];
  };

  expect(await allow(operators)).toEqual([200, undefined]);
  expect(await allow(theirs)).toEqual([403, "NOT_MAIN_SITE"]);

  await theirs.client.json("PATCH", path, { standing: "unlisted" });
  const offer = offerOf(peer, { address: await addressOf(bob) });
  const send = () => knock(second, signedBy(peer, second, "/ocm/shares", offer, { keyid: "within.test#key-1" }));
  await expectRefusal(second, send, { status: 503, reason: "PEER_ADDRESS_REFUSED" });
  expect(asked()["within.test"]).toBeGreaterThan(0);
  for (const { client } of [operators, theirs]) await client.json("DELETE", path);
  await peer.stop();
});

test("while it is closed nobody gets in, which is said plainly; opened again, all is as it was", async ({ page }) => {
  await operator.getByRole("button", { name: "Change Second" }).click();
  await operator.getByRole("menuitem", { name: "Close…" }).click();
  await expectAccessibleEverywhere(operator);
  await operator.getByRole("button", { name: "Close the site" }).click();
  await expect(toast(operator, "Second is closed.")).toBeVisible();
  await expect(row()).toContainText("Closed");

  expect((await page.goto(second.origin))?.status()).toBe(503);
  await expect(page.locator("body")).toContainText("This cloud is closed at the moment.");
  expect((await bob.client.send("GET", "/api/account")).statusCode).toBe(503);
  expect((await getFile(alice, "/Plans/plan.txt")).status).toBe(200);

  await operator.getByRole("button", { name: "Change Second" }).click();
  await operator.getByRole("menuitem", { name: "Open again" }).click();
  await expect(row()).toContainText("Open");
  expect((await getFile(bob, "/Plans/plan.txt")).body.toString()).toBe("second");
});
