import { readFile } from "node:fs/promises";
import type { Page } from "@playwright/test";
import { type FakePeer, startPeer } from "@/tests/peer";
import { expectAccessible, expectAccessibleEverywhere, expectToFitPhone } from "./accessible";
import { type Cloud, expect, readClouds, test } from "./clouds";
import { knock } from "./knock";
import { type Member, makeMember, openAs, signInAdmin } from "./people";
import { toast } from "./screens";
import { addressOf, arm, offerOf, signedBy } from "./stranger";

// With whom people here may connect: what the administrator decides, and that it holds for the real requests.
test.describe.configure({ mode: "serial" });

let cloud: Cloud;
let bob: Member;
let listed: FakePeer;
let stranger: FakePeer;
let page: Page;

test.beforeAll(async ({ browser }) => {
  const { b, peerPorts } = readClouds();
  cloud = b;
  [listed, stranger] = await Promise.all([
    startPeer({ port: peerPorts[25], capabilities: ["exchange-token"] }),
    startPeer({ port: peerPorts[26] }),
  ]);
  bob = await makeMember(cloud, "Bob");
  page = await openAs(await browser.newContext(), await signInAdmin(cloud), "/admin/providers");
});
test.afterAll(async () => {
  const { client } = await signInAdmin(cloud);
  await client.json("PATCH", "/api/admin/policies", { providerRule: "unblocked" });
  await Promise.all([page.context().close(), listed.stop(), stranger.stop()]);
});

const rowOf = ({ provider }: FakePeer) => page.getByTestId("provider-row").filter({ hasText: provider });

async function change({ provider }: FakePeer, action: string): Promise<void> {
  await page.getByRole("button", { name: `Change ${provider}` }).click();
  await page.getByRole("menuitem", { name: action }).click();
}

/** What a cloud hears that offers something to Bob. */
async function answerTo(peer: FakePeer, changes: object = {}): Promise<number | string> {
  const offer = offerOf(peer, { address: await addressOf(bob) }, changes);
  const { status, json } = await knock(cloud, signedBy(peer, cloud, "/ocm/shares", offer));
  return status === 201 ? status : (json as { message: string }).message;
}

async function criteria(): Promise<string[]> {
  const { json } = await knock(cloud, { method: "GET", path: "/.well-known/ocm" });
  return (json as { criteria: string[] }).criteria;
}

test("one that is not there is not added, and one hears why", async () => {
  await page.getByTestId("add-provider").click();
  const dialog = page.getByRole("dialog", { name: "Add a provider" });
  await expectAccessibleEverywhere(page);

  await dialog.getByLabel("Domain").fill(`nothing.localhost:${readClouds().peerPorts[27]}`);
  await dialog.getByRole("button", { name: "Add" }).click();

  await expect(dialog).toContainText("The settings of this server do not allow it");
  await dialog.getByLabel("Private network").fill("127.0.0.1");
  await expectAccessibleEverywhere(page);
  await dialog.getByRole("button", { name: "Add" }).click();
  await expect(dialog).toContainText("Type an address or a range of a private network");
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await expect(page.getByTestId("provider-row").filter({ hasText: "nothing.localhost" })).toHaveCount(0);
});

test("one that is added is asked on the spot: its name, what it can do and its key are shown", async () => {
  await page.getByTestId("add-provider").click();
  await page.getByRole("dialog").getByLabel("Domain").fill(`${listed.origin}/some/page`);
  await page.getByRole("dialog").getByRole("button", { name: "Add" }).click();

  const dialog = page.getByRole("dialog", { name: "Peer is trusted now" });
  await expect(dialog).toContainText(listed.provider);
  await expect(dialog).toContainText("exchange-token");
  await expect(dialog).toContainText(/Key key-1\s*Ed25519 [\w-]{43}/);
  await expectAccessibleEverywhere(page);
  await dialog.getByRole("button", { name: "Done" }).click();
  await expect(rowOf(listed)).toContainText("Trusted");
  expect(listed.requestsTo("/.well-known/ocm")).toHaveLength(1);
});

test("only the listed are let in while the rule says so, and others read it in our description", async () => {
  expect(await answerTo(stranger)).toBe(201);
  stranger.requests.length = 0;
  await page.getByRole("radio", { name: "Only listed" }).click();
  const dialog = page.getByRole("dialog", { name: "Save this, and cut what it forbids?" });
  await expect(dialog.getByTestId("what-it-cuts")).toContainText(/shares? rests?, with /);
  await expectAccessibleEverywhere(page);
  await dialog.getByRole("button", { name: "Save" }).click();

  await expect.poll(criteria).toContain("allowlist");
  expect(await answerTo(stranger)).toBe("PROVIDER_NOT_TRUSTED");
  expect(stranger.requests).toEqual([]); // not even asked for its keys
  expect(await answerTo(listed)).toBe(201);
  await change(listed, "Take off the list…");
  const unlisting = page.getByRole("dialog", { name: `Take ${listed.provider} off the list?` });
  await expect(unlisting.getByTestId("what-it-cuts")).toContainText("1 share rests, with");
  await expectAccessibleEverywhere(page);
  await unlisting.getByRole("button", { name: "Cancel" }).click();
  await page.getByRole("radio", { name: "Anyone" }).click();
  await expect.poll(criteria).toEqual(["must-use-http-sig"]);
  await expect.poll(() => answerTo(stranger)).toBe(201);
});

test("one that is blocked gets nothing through, and blocking is taken back", async () => {
  await change(listed, "Block…");
  const dialog = page.getByRole("dialog", { name: `Block ${listed.provider}?` });
  await expect(dialog).toContainText("Nothing passes between it and people here while it is blocked");
  await expect(dialog.getByTestId("what-it-cuts")).toContainText("1 share rests, with");
  await expectAccessibleEverywhere(page);

  await dialog.getByRole("button", { name: "Block" }).click();

  await expect(rowOf(listed)).toContainText("Blocked");
  await expect(page.getByRole("radio", { name: "All but blocked" })).toBeChecked();
  expect(await answerTo(listed)).toBe("PROVIDER_NOT_TRUSTED");
  await toast(page, "is blocked").getByRole("button", { name: "Undo" }).click();
  await expect(rowOf(listed)).toContainText("Trusted");
  expect(await answerTo(listed)).toBe(201);
});

test("a cloud has a page of its own: what is between us, how it answers, its keys, and what may pass", async () => {
  await rowOf(listed).getByRole("link", { name: "Peer" }).click();
  await expect(page.getByRole("heading", { name: "Peer" })).toBeVisible();
  const places = page.getByRole("navigation", { name: "Administration" });
  await expect(places.getByRole("link", { name: "Other clouds" })).toHaveAttribute("aria-current", "true");
  await expect(page.getByRole("list", { name: "Keys" })).toContainText(/key-1\s*In use/);
  await expectAccessible(page);
  await expectToFitPhone(page);

  await page.getByRole("button", { name: "How to deal with it…" }).click();
  const dialog = page.getByRole("dialog", { name: `How to deal with ${listed.provider}` });
  await dialog.getByRole("checkbox", { name: "Only between people who accepted an invite" }).click();
  await dialog.getByRole("checkbox", { name: "Folders to there" }).click();
  await expectAccessibleEverywhere(page);
  await dialog.getByRole("button", { name: "Save" }).click();

  await expect(page.getByText("Folders to there do not pass.")).toBeVisible();
  await expect.poll(() => answerTo(listed)).toBe("INVITE_NEEDED");
  const manners = { mustInvite: false, refusedKinds: [] };
  const path = `/api/admin/providers/${encodeURIComponent(listed.provider)}`;
  await (await signInAdmin(cloud)).client.json("PATCH", path, manners);
  await page.locator("main header").getByRole("link", { name: "Other clouds" }).click();
  await expect(rowOf(listed)).toBeVisible();
});

test("a host at which it keeps its files is named there, and what lies there is taken from then on", async () => {
  const offer = (host: string) => answerTo(listed, arm({ uri: `https://${host}/dav/s1` }));
  expect(await offer("files.example.org")).toBe("URI_INVALID");
  await page.reload(); // the page does not know what was changed behind it
  await rowOf(listed).getByRole("link", { name: "Peer" }).click();
  await page.getByRole("button", { name: "How to deal with it…" }).click();
  const dialog = page.getByRole("dialog", { name: `How to deal with ${listed.provider}` });
  const field = dialog.getByLabel("Other hosts of its files");
  await field.fill("files.example.org, *.example.org");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toContainText("as in files.example.org: *.example.org is none.");
  await expectAccessibleEverywhere(page);

  await field.fill("files.example.org other.example.net:8443");
  await dialog.getByRole("button", { name: "Save" }).click();

  const line = "What it shares may also lie at files.example.org, other.example.net:8443.";
  await expect(page.getByText(line)).toBeVisible();
  expect(await offer("files.example.org")).toBe(201);
  expect(await offer("my-files.example.org")).toBe("URI_INVALID");
  await page.getByRole("button", { name: "How to deal with it…" }).click();
  await expect(field).toHaveValue("files.example.org, other.example.net:8443");
  await field.clear();
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog.getByTestId("what-it-cuts")).toContainText("1 share rests, with Alice");
  await expectAccessibleEverywhere(page);
  await expect(page.getByText(line)).toBeVisible();
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText(line)).toBeHidden();
  expect(await offer("files.example.org")).toBe("URI_INVALID");
  await page.goBack();
});

test("it may live in a private network of one's own, and in no other, once that is said there", async () => {
  await rowOf(listed).getByRole("link", { name: "Peer" }).click();
  await expect(page.getByText("Its name may lead to public addresses only.")).toBeVisible();
  await expect(page.getByText(/^Last signed .* with ed25519, key peer/)).toBeVisible();
  await page.getByRole("button", { name: "Allow a private network…" }).click();
  const dialog = page.getByRole("dialog", { name: `Where ${listed.provider} may live` });
  await dialog.getByLabel("Private network").fill("169.254.169.254");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toContainText("what is local to a link are none");
  await expectAccessibleEverywhere(page);

  await dialog.getByLabel("Private network").fill("10.1.2.7/24");
  await dialog.getByRole("button", { name: "Save" }).click();

  await expect(page.getByText("Its name may lead to addresses in 10.1.2.0/24, over https.")).toBeVisible();
  await expectAccessible(page);
  await expectToFitPhone(page);
  await page.getByRole("button", { name: "Change…" }).click();
  for (const other of ["10.9.0.0/16", ""]) {
    await dialog.getByLabel("Private network").fill(other);
    const tried = page.waitForResponse("**/api/admin/dry-run");
    await dialog.getByRole("button", { name: "Save" }).click();
    await tried;
    await expect(dialog.getByTestId("what-it-cuts")).toContainText(/shares? rests? if their cloud .*, with Alice/);
  }
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Its name may lead to public addresses only.")).toBeVisible();
  await page.goBack();
});

test("one can be excepted from what is asked of all", async () => {
  await rowOf(listed).getByRole("link", { name: "Peer" }).click();
  await page.getByRole("button", { name: "How to deal with it…" }).click();
  const dialog = page.getByRole("dialog", { name: `How to deal with ${listed.provider}` });
  await dialog.getByRole("combobox", { name: "Shares whose secret alone opens them" }).click();
  await page.getByRole("option", { name: "Are refused" }).click();
  await expectAccessibleEverywhere(page);
  await dialog.getByRole("button", { name: "Save" }).click();

  await expect(page.getByText("Shares pass only if their secret alone opens nothing.")).toBeVisible();
  await expect.poll(() => answerTo(listed)).toBe("EXCHANGE_NEEDED");
  const path = `/api/admin/providers/${encodeURIComponent(listed.provider)}`;
  await (await signInAdmin(cloud)).client.json("PATCH", path, { mustExchange: null });
  await page.goBack();
});

test("how what it gets is signed is chosen there, and the next message is signed so", async () => {
  const choose = async (name: string | RegExp) => {
    await page.getByRole("button", { name: "How to deal with it…" }).click();
    const dialog = page.getByRole("dialog", { name: `How to deal with ${listed.provider}` });
    await dialog.getByRole("combobox", { name: "Signature of what it gets" }).click();
    await page.getByRole("option", { name, exact: true }).click();
    await dialog.getByRole("button", { name: "Save" }).click();
    await expect(dialog).toBeHidden();
  };
  /** By what the peer can tell how a message was signed; the connection is checked by such ones. */
  const signedWith = async () => {
    listed.requests.length = 0;
    const { client } = await signInAdmin(cloud);
    const answer = await client.send("GET", `/api/admin/doctor?domain=${encodeURIComponent(listed.provider)}`);
    await answer.body.text();
    const { headers } = listed.requests.find(({ method }) => method === "POST") ?? {};
    return `${headers?.["signature-input"] ?? ""}${headers?.signature}`;
  };
  await rowOf(listed).getByRole("link", { name: "Peer" }).click();
  await expect(page.getByText("What it gets is signed after RFC 9421 with Ed25519.")).toBeVisible();

  for (const [name, algorithm] of [
    ["RFC 9421 with ES256", ';alg="ecdsa-p256-sha256"'],
    ["RFC 9421 with RSA", ';alg="rsa-v1_5-sha256"'],
    ["the older draft, cavage-12", ',algorithm="rsa-sha512"'],
    ["RFC 9421 with Ed25519", ';alg="ed25519"'],
  ] as const) {
    await choose(name);
    await expect(page.getByText(`What it gets is signed after ${name}, as an administrator has chosen.`)).toBeVisible();
    expect(await signedWith()).toContain(algorithm);
  }
  await choose(/^Automatic/);
  await expect(page.getByText("What it gets is signed after RFC 9421 with Ed25519.")).toBeVisible();
  await page.goBack();
});

test("one that is blocked by its name is so after a second yes, once one has read what rests", async () => {
  await page.getByTestId("add-provider").click();
  const dialog = page.getByRole("dialog", { name: "Add a provider" });
  await dialog.getByLabel("Domain").fill(stranger.provider);
  await dialog.getByText("Block it").click();
  await dialog.getByRole("button", { name: "Block" }).click();
  await expect(dialog.getByTestId("what-it-cuts")).toContainText(/shares? rests?, with/);
  await expectAccessibleEverywhere(page);

  await dialog.getByRole("button", { name: "Block" }).click();

  await expect(rowOf(stranger)).toContainText("Blocked");
  expect(await answerTo(stranger)).toBe("PROVIDER_NOT_TRUSTED");
});

test("one that is removed is forgotten, and known again when it comes back", async () => {
  await change(listed, "Remove…");
  const dialog = page.getByRole("dialog", { name: `Remove ${listed.provider} from the list?` });
  await expect(dialog).toContainText("0 contacts of people here and 3 shares stay.");
  await expectAccessibleEverywhere(page);

  await dialog.getByRole("button", { name: "Remove" }).click();

  await expect(rowOf(listed)).toHaveCount(0);
  expect(await answerTo(listed)).toBe(201);
  await page.reload();
  await expect(rowOf(listed)).toContainText("Not listed");
});

test("a list of clouds is imported after a yes, and exported for clouds that find nobody by themselves", async () => {
  const list = [
    { domain: listed.provider, full_name: "Peer" },
    { domain: "cloud.example.org", full_name: "Town hall" },
    { domain: ".*.example.org", full_name: "Everybody" },
  ];
  await page.getByRole("button", { name: "Import…" }).click();
  const dialog = page.getByRole("dialog", { name: "Import a list of clouds" });
  await expectAccessibleEverywhere(page);
  const buffer = Buffer.from(JSON.stringify(list));
  await dialog.getByLabel("File").setInputFiles({ name: "list.json", mimeType: "application/json", buffer });
  await expect(dialog.getByLabel("Or its text")).toHaveValue(/Town hall/);
  await dialog.getByRole("button", { name: "Look at it" }).click();

  await expect(dialog.getByRole("region", { name: "2 clouds become trusted" })).toContainText("Town hall");
  await expect(dialog).toContainText("Entry 3 (Everybody): “.*.example.org” is not the name of a cloud.");
  await expectAccessibleEverywhere(page);
  await expect(rowOf(listed)).toContainText("Not listed");
  await dialog.getByRole("button", { name: "Trust 2 clouds" }).click();

  await expect(toast(page, "2 clouds are trusted now.")).toBeVisible();
  await expect(rowOf(listed)).toContainText("Trusted");
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "Export" }).click();
  const path = await (await download).path();
  const domains = JSON.parse(await readFile(path, "utf8")).map(({ domain }: { domain: string }) => domain);
  expect(domains).toEqual(expect.arrayContaining([cloud.provider, listed.provider, "cloud.example.org"]));
});
