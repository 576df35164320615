import type { BrowserContext, Page } from "@playwright/test";
import { startPeer } from "@/tests/peer";
import { expectAccessible, expectToFitPhone } from "./accessible";
import { type Clouds, expect, readClouds, test } from "./clouds";
import { knock, queryRows } from "./knock";
import {
  connect,
  getFile,
  type Member,
  makeAliceAndBob,
  makeFolder,
  makeMember,
  namesIn,
  openAs,
  putFile,
  receivedShares,
  shareWith,
} from "./people";
import { PDF, PIXEL } from "./samples";
import { choose, chooseNew, closeUploads, goTo, openEntry, rowOf, toast, uploadSlowly } from "./screens";
import { addressOf, arm, offerOf, signedBy } from "./stranger";

// What Files does with single things: shows them, brings them, takes them away; alone and in what others share.

let clouds: Clouds;
let alice: Member;
let bob: Member;

test.beforeAll(async () => {
  clouds = readClouds();
  [alice, bob] = await makeAliceAndBob(clouds);
  await connect(alice, bob);
});

async function expectGood(page: Page): Promise<void> {
  await expectAccessible(page);
  await expectToFitPhone(page);
}

/** A tenth of a second of silence, as a WAV of eight bits. */
function silence(): Buffer {
  const [rate, count] = [8000, 800];
  const head = Buffer.alloc(44);
  head.write("RIFF", 0);
  head.writeUInt32LE(36 + count, 4);
  head.write("WAVEfmt ", 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(rate, 24);
  head.writeUInt32LE(rate, 28);
  head.writeUInt16LE(1, 32);
  head.writeUInt16LE(8, 34);
  head.write("data", 36);
  head.writeUInt32LE(count, 40);
  return Buffer.concat([head, Buffer.alloc(count, 0x80)]);
}

test.describe("a preview", () => {
  test("plays sound", async ({ context }) => {
    await putFile(alice, "/tone.wav", silence());
    const page = await openAs(context, alice, "/files?open=tone.wav");
    const player = page.getByTestId("preview").locator("audio");
    const duration = () => player.evaluate((audio: HTMLAudioElement) => audio.duration);

    await expect.poll(duration).toBeCloseTo(0.1);

    await expectGood(page);
  });

  test("lets a player ask for parts of a film, and says when it cannot play one", async ({ context }) => {
    await putFile(alice, "/film.webm", "This is no film.");
    const page = await openAs(context, alice);
    await expect(rowOf(page, "film.webm")).toBeVisible();
    const isFilm = (url: string) => url.includes("film.webm&v=");
    const played = page.waitForResponse(
      (response) => isFilm(response.url()) && response.request().resourceType() === "media",
    );

    await openEntry(page, "film.webm");

    const response = await played;
    expect((await response.request().allHeaders()).range).toMatch(/^bytes=0-/);
    expect(response.status()).toBe(206);
    expect(response.headers()).toMatchObject({
      "content-type": "video/webm",
      "accept-ranges": "bytes",
      "content-range": expect.stringMatching(/^bytes 0-\d+\/16$/),
      "x-content-type-options": "nosniff",
      "content-security-policy": expect.stringContaining("sandbox"),
    });
    await expect(page.getByText("It could not be shown here.")).toBeVisible();
    await expectGood(page);
  });

  test("shows pictures and papers, and of a kind that it does not know the way to have it", async ({ context }) => {
    await putFile(alice, "/picture.png", Buffer.from(PIXEL, "base64"));
    await putFile(alice, "/paper.pdf", PDF);
    await putFile(alice, "/thing.xyz", "?");
    const page = await openAs(context, alice, "/files?open=picture.png");
    const preview = page.getByTestId("preview");
    const width = () => preview.getByRole("img").evaluate((image: HTMLImageElement) => image.naturalWidth);
    await expect.poll(width).toBe(10);
    await expectGood(page);

    await page.goto(`${clouds.a.origin}/files?open=paper.pdf`);
    await expect(preview.getByTitle("paper.pdf")).toBeVisible();
    await expectGood(page);

    await page.goto(`${clouds.a.origin}/files?open=thing.xyz`);
    await expect(preview.getByText("Files of this kind are not shown here.")).toBeVisible();
    await expectGood(page);
  });

  test("shows texts without an extension, and the beginning of a long one", async ({ context }) => {
    await putFile(alice, "/Dockerfile", "FROM scratch");
    await putFile(alice, "/long.log", "A line of a log\n".repeat(150_000));
    const page = await openAs(context, alice, "/files?open=Dockerfile");
    const preview = page.getByTestId("preview");
    await expect(preview.getByText("FROM scratch")).toBeVisible();

    await page.goto(`${clouds.a.origin}/files?open=long.log`);

    await expect(preview.getByText("This is only the beginning")).toBeVisible();
    await expect(preview.getByText("A line of a log").first()).toBeVisible();
  });
});

test.describe("an upload", () => {
  /** Where a file of that name is already; what is asked about that. */
  async function uploadTaken(context: BrowserContext, name: string) {
    await putFile(alice, `/${name}`, "The old one");
    const page = await openAs(context, alice);
    await expect(rowOf(page, name)).toBeVisible();
    const file = { name, mimeType: "text/plain", buffer: Buffer.from("The new one") };
    await page.getByTestId("upload-files").first().setInputFiles(file);
    return { page, question: page.getByRole("dialog", { name: `“${name}” is there already` }) };
  }

  test("can be cancelled, and leaves nothing behind", async ({ context }) => {
    const page = await openAs(context, alice);
    await uploadSlowly(page, "long.bin");
    await expectGood(page);

    await page.getByRole("button", { name: "Cancel long.bin" }).click();

    await expect(page.getByText("Not uploaded")).toBeVisible();
    await expect(page.getByRole("button", { name: "Upload long.bin again" })).toBeVisible();
    const leases = () =>
      queryRows(clouds.a, `SELECT FROM "UploadLease" l JOIN "User" u ON u.id = l."ownerId" WHERE u."userName" = $1`, [
        alice.userName,
      ]);
    await expect.poll(async () => (await leases()).length).toBe(0);
    expect(await namesIn(alice, "/")).not.toContain("long.bin");
  });

  test("under a name that is taken asks first, also whoever closes the window meanwhile", async ({ context }) => {
    const { page, question } = await uploadTaken(context, "taken.txt");
    await expect(question).toBeVisible();
    await expectGood(page);

    const asked = page.waitForEvent("dialog");
    await page.evaluate(() => setTimeout(() => window.location.reload()));
    expect((await asked).type()).toBe("beforeunload");
    await (await asked).dismiss();
    await question.getByRole("button", { name: "Keep both" }).click();

    await expect(rowOf(page, "taken (2).txt")).toBeVisible();
    await closeUploads(page);
  });

  test("can be skipped, and then nothing is changed", async ({ context }) => {
    const { page, question } = await uploadTaken(context, "skipped.txt");

    await question.getByRole("button", { name: "Skip" }).click();

    await expect(page.getByRole("dialog")).toHaveCount(0);
    expect((await getFile(alice, "/skipped.txt")).body.toString()).toBe("The old one");
  });

  test("for which there is no room says so", async ({ context }) => {
    const carol = await makeMember(readClouds().a, "Carol");
    await queryRows(readClouds().a, 'UPDATE "User" SET "quota" = 1000 WHERE "userName" = $1', [carol.userName]);
    const page = await openAs(context, carol);
    const file = { name: "large.txt", mimeType: "text/plain", buffer: Buffer.alloc(2000, "x") };

    await page.getByTestId("upload-files").first().setInputFiles(file);

    await expect(page.locator("#uploads")).toContainText("There is not enough room left for this.");
    await expect(rowOf(page, "large.txt")).toHaveCount(0);
  });
});

test("a new folder is made in a dialog that says what is wrong with a name", async ({ context }) => {
  const page = await openAs(context, alice);
  await chooseNew(page, "New folder…");
  const dialog = page.getByRole("dialog", { name: "New folder" });
  await dialog.getByLabel("Name").fill("a/b");
  await expect(dialog.getByText("A name cannot contain a slash.")).toBeVisible();
  await expectGood(page);

  await dialog.getByLabel("Name").fill("Made by hand");
  await dialog.getByRole("button", { name: "Create" }).click();

  await expect(rowOf(page, "Made by hand")).toBeVisible();
});

test("what is deleted is restored, or deleted for good", async ({ context }) => {
  await putFile(alice, "/back.txt", "Back");
  await putFile(alice, "/never.txt", "Never");
  const page = await openAs(context, alice);
  await rowOf(page, "back.txt").click();
  await rowOf(page, "never.txt").click({ modifiers: ["Control"] });
  await page.keyboard.press("Delete");
  await expect(toast(page, "2 items moved to the trash.")).toBeVisible();
  await goTo(page, "Trash");
  const trashed = (name: string) => page.getByTestId("trash-row").filter({ hasText: name });

  await trashed("back.txt").getByRole("button", { name: "Restore" }).click();
  await expect(toast(page, "“back.txt” is back in Files.")).toBeVisible();
  await trashed("never.txt").getByRole("button", { name: "Delete…" }).click();
  await expectGood(page);
  await page.getByRole("dialog").getByRole("button", { name: "Delete for good" }).click();

  await expect(trashed("never.txt")).toHaveCount(0);
  await goTo(page, "Files");
  await expect(rowOf(page, "back.txt")).toBeVisible();
  await expect(rowOf(page, "never.txt")).toHaveCount(0);
});

test.describe("what is shared", () => {
  /** Something of Alice's that Bob has accepted. */
  async function shareAccepted(name: string, role: "viewer" | "editor" = "viewer") {
    const { id } = await makeFolder(alice, `/${name}`);
    await putFile(alice, `/${name}/a.txt`, "Hello");
    const sent = await shareWith(alice, bob, id, { role });
    const arrived = async () => (await receivedShares(bob)).find((one) => one.name === name)?.id;
    await expect.poll(arrived).toBeTruthy();
    await bob.client.json("POST", `/api/shares/received/${await arrived()}/accept`);
    return sent;
  }

  test("says so in the rows of both, at once", async ({ browser }) => {
    const alices = await openAs(await browser.newContext(), alice);
    const bobs = await openAs(await browser.newContext(), bob);
    await expect(alices.getByRole("button", { name: "New", exact: true })).toBeVisible();

    const { id } = await shareAccepted("Together");

    await expect(rowOf(bobs, "Together")).toContainText(clouds.a.provider);
    await expect(rowOf(alices, "Together")).toContainText("Bob");
    await alice.client.json("DELETE", `/api/shares/sent/${id}`);
    await expect(rowOf(alices, "Together")).not.toContainText("Bob");
    await expect(rowOf(bobs, "Together")).toHaveCount(0);
  });

  test("and may only be viewed is not changed by a key either", async ({ context }) => {
    await shareAccepted("To look at");
    const page = await openAs(context, bob, "/files/To%20look%20at");
    await rowOf(page, "a.txt").click({ position: { x: 400, y: 10 } });

    for (const key of ["F2", "Delete"]) {
      await page.keyboard.press(key);
      await expect(toast(page, "You can only view this, not change it.")).toBeVisible();
    }

    await expect(rowOf(page, "a.txt")).toBeVisible();
    await expect(page.getByRole("dialog")).toHaveCount(0);
    await expect(page.getByRole("textbox", { name: /^New name/ })).toHaveCount(0);
  });

  test("is not deleted along with other things, which one is told", async ({ context }) => {
    await shareAccepted("Lent");
    await putFile(bob, "/own.txt", "Own");
    const page = await openAs(context, bob);
    await rowOf(page, "Lent").click({ position: { x: 400, y: 10 } });
    await rowOf(page, "own.txt").click({ modifiers: ["Control"], position: { x: 400, y: 10 } });

    await page.keyboard.press("Delete");

    await expect(toast(page, "“Lent” was shared with you")).toBeVisible();
    await expect(rowOf(page, "own.txt")).toBeVisible();
    await rowOf(page, "Lent").click({ position: { x: 400, y: 10 } });
    await page.keyboard.press("Delete");
    const dialog = page.getByRole("dialog", { name: "Leave “Lent”?" });
    await expect(dialog).toContainText("it stays with Alice");
    await expectGood(page);
    await dialog.getByRole("button", { name: "Leave" }).click();
    await expect(rowOf(page, "Lent")).toHaveCount(0);
    await page.goto(`${clouds.b.origin}/files/Lent`);
    await expect(page.getByText("You left this share")).toBeVisible();
  });

  test("and may be changed asks before it deletes, since nobody here can undo it", async ({ context }) => {
    await shareAccepted("To work on", "editor");
    const page = await openAs(context, bob, "/files/To%20work%20on");
    await choose(page, "a.txt", "Delete");
    await expect(page.getByRole("dialog", { name: "Delete “a.txt”?" })).toContainText("for everyone");
    await expectGood(page);

    await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();

    await expect(toast(page, "“a.txt” deleted.")).toBeVisible();
    expect(await namesIn(alice, "/To work on")).toEqual([]);
  });
});

test.describe("a folder on a cloud of another make", () => {
  let peer: Awaited<ReturnType<typeof startPeer>>;
  test.beforeAll(async () => {
    peer = await startPeer({ port: clouds.peerPorts[24] });
    peer.on("/ocm/token", { json: { access_token: "opens-it", token_type: "Bearer", expires_in: 3600 } });
  });
  test.afterAll(() => peer.stop());

  const collection = "<d:resourcetype><d:collection/></d:resourcetype>";
  const responseOf = (href: string, properties: string) =>
    `<d:response><d:href>${href}</d:href><d:propstat><d:prop>${properties}</d:prop>
      <d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response>`;
  const listing = (...hrefs: string[]) => ({
    status: 207,
    headers: { "content-type": "application/xml" },
    text: `<d:multistatus xmlns:d="DAV:">${responseOf("/dav/ocm/share-1/", collection)}${hrefs
      .map((href) => responseOf(`/dav/ocm/share-1/${href}`, "<d:getcontentlength>1</d:getcontentlength>"))
      .join("")}</d:multistatus>`,
  });

  /** Bob accepts what the peer offers, which holds these files from now on. */
  async function accept(name: string, hrefs: string[]): Promise<void> {
    for (const path of ["/dav/ocm/share-1", "/dav/ocm/share-1/"]) peer.on(path, listing(...hrefs));
    const changes = { name, ...arm({ permissions: ["read", "write"] }) };
    const offer = offerOf(peer, { address: await addressOf(bob) }, changes);
    await knock(clouds.b, signedBy(peer, clouds.b, "/ocm/shares", offer));
    const share = (await receivedShares(bob)).find((one) => one.name === name);
    await bob.client.json("POST", `/api/shares/received/${share?.id}/accept`);
  }

  test("tells of the things whose names cannot stand here", async ({ context }) => {
    await accept("Strange", ["good.txt", "bad%0Aname.txt", "bad%5Cname.txt"]);

    const page = await openAs(context, bob, "/files/Strange");

    await expect(rowOf(page, "good.txt")).toBeVisible();
    await expect(page.getByText("2 things here have names that cannot be shown.")).toBeVisible();
    await expectGood(page);
  });

  test("need not be waited for, whatever one has asked of it", async ({ context }) => {
    await accept("Slow", ["slow.txt"]);
    const page = await openAs(context, bob, "/files/Slow");
    await expect(rowOf(page, "slow.txt")).toBeVisible();
    for (const path of ["/dav/ocm/share-1/slow.txt", "/dav/ocm/share-1/slow.txt/"]) peer.on(path, "hang");

    await openEntry(page, "slow.txt");
    const preview = page.getByTestId("preview");
    await expect(preview.getByText(`Waiting for ${peer.provider}…`)).toBeVisible();
    await preview.getByRole("button", { name: "Stop waiting" }).click();
    await expect(preview.getByText("You stopped waiting")).toBeVisible();
    await expectGood(page);
    await preview.getByRole("button", { name: "Close" }).click();

    const stopped = toast(page, "You stopped waiting.");
    await choose(page, "slow.txt", "Download");
    await toast(page, "Asking for “slow.txt”…").getByRole("button", { name: "Stop waiting" }).click();
    await expect(stopped).toBeVisible();

    await choose(page, "slow.txt", "Rename");
    await page.getByLabel("New name of slow.txt").fill("quick.txt");
    await page.keyboard.press("Enter");
    await toast(page, "Renaming “slow.txt”…").getByRole("button", { name: "Stop waiting" }).click();
    await expect(page.getByRole("alert").filter({ hasText: "You stopped waiting." })).toBeVisible();
    await page.keyboard.press("Escape");

    await choose(page, "slow.txt", "Delete");
    await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
    await toast(page, "Deleting “slow.txt”…").getByRole("button", { name: "Stop waiting" }).click();
    await expect(rowOf(page, "slow.txt")).toBeVisible();
  });
});
