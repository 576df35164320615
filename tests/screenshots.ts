import { type Browser, chromium, type Page } from "@playwright/test";
import { connectPeople } from "@/bench/connect";
import { administrator, database, readSetting } from "@/bench/setting";
import { findChromium } from "@/scripts/lib/chromium.mjs";
import type { CloudClient } from "./cloud-client";

// Driven by scripts/screenshots.mjs: gives alice and bob something to show, then photographs every screen in both
// themes and two widths.

const FOLDER = "docs/screenshots";
const WIDTHS = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
];

type Shot = {
  name: string;
  /** Whose screen; null: nobody is signed in. */
  who: CloudClient | null;
  url: string;
  /** What is pressed before the picture is taken. */
  press?: string[];
};

async function take(browser: Browser, { name, who, url, press = [] }: Shot): Promise<void> {
  for (const viewport of WIDTHS) {
    for (const colorScheme of ["light", "dark"] as const) {
      const context = await browser.newContext({ viewport, colorScheme, reducedMotion: "reduce" });
      if (who) await context.addCookies(cookiesOf(who));
      const page = await context.newPage();
      await page.goto(url, { waitUntil: "load" });
      await settle(page);
      for (const selector of press) {
        await page.locator(selector).locator("visible=true").first().click();
        await settle(page);
      }
      await page.screenshot({ path: `${FOLDER}/${name}-${colorScheme}-${viewport.width}.png` });
      await context.close();
    }
  }
}

/** Until nothing is fetched, save the stream of live news, which never ends. */
async function settle(page: Page): Promise<void> {
  await page.evaluate(() => document.fonts.ready);
  await page.waitForFunction(() => !document.querySelector("[role=status][aria-label=Loading], [aria-busy=true]"));
  await page.waitForTimeout(400);
}

function cookiesOf(client: CloudClient) {
  return client
    .cookie()
    .split("; ")
    .map((pair) => ({
      name: pair.slice(0, pair.indexOf("=")),
      value: pair.slice(pair.indexOf("=") + 1),
      url: client.origin,
    }));
}

const setting = readSetting();
const [cloudA, cloudB] = setting.clouds;
const admin = await administrator(cloudA);
const { alice, bob } = await connectPeople(setting, "Summer trip");
for (const [name, text] of [
  ["Route.md", "# Route\n\nOver the hills and along the coast.\n"],
  ["Packing list.txt", "A warm jacket\nThe map\n"],
  ["Costs.csv", "what,how much\nTrain,48\nHut,60\n"],
]) {
  const sent = await alice.send("PUT", `/content/files?path=${encodeURIComponent(`/Summer trip/${name}`)}`, {
    body: text,
  });
  await sent.body.dump();
}
await connectPeople(setting, "Recipes", { isAccepted: false, note: "The ones from last Sunday." });
const { invitation } = await alice.json<{ invitation: { link: string; code: string } }>("POST", "/api/invites", {});
await alice.json("DELETE", `/api/files?${new URLSearchParams({ path: "/Notes.txt" })}`).catch(() => undefined);
const invite = new URL(invitation.link);
const token = invite.searchParams.get("token") ?? "";
const accept = `${bob.origin}/invite/accept?${new URLSearchParams({ token, providerDomain: invite.host })}`;
const at = (client: CloudClient, path: string) => client.origin + path;

const menuOf = (name: string) => `[data-testid=file-row]:has-text("${name}") button[aria-haspopup=menu]`;

const shots: Shot[] = [
  { name: "sign-in", who: null, url: at(alice, "/sign-in") },
  { name: "files", who: alice, url: at(alice, "/files") },
  { name: "folder", who: alice, url: at(alice, "/files/Summer%20trip") },
  {
    name: "share",
    who: alice,
    url: at(alice, "/files"),
    press: [menuOf("Summer trip"), '[role=menuitem]:has-text("Share")'],
  },
  { name: "preview", who: alice, url: at(alice, "/files/Pictures"), press: ["text=Dawn.png"] },
  { name: "received-folder", who: bob, url: at(bob, "/files/Summer%20trip") },
  { name: "shared-with-me", who: bob, url: at(bob, "/shared-with-me") },
  { name: "shared-by-me", who: alice, url: at(alice, "/shared-by-me") },
  { name: "trash", who: alice, url: at(alice, "/trash") },
  { name: "contacts", who: alice, url: at(alice, "/contacts") },
  { name: "invites", who: alice, url: at(alice, "/invites") },
  { name: "invite-someone", who: alice, url: at(alice, "/invites"), press: ["text=Show again", "text=QR code"] },
  { name: "accept-an-invite", who: bob, url: at(bob, "/invites"), press: ["[data-testid=accept-an-invite]"] },
  { name: "where-are-you-from", who: null, url: invitation.link },
  { name: "answer-invite", who: bob, url: accept },
  { name: "notices", who: bob, url: at(bob, "/files"), press: ["[data-testid=bell]"] },
  { name: "settings", who: alice, url: at(alice, "/settings") },
  { name: "admin-people", who: admin, url: at(admin, "/admin/people") },
  { name: "admin-providers", who: admin, url: at(admin, "/admin/providers") },
  { name: "admin-policies", who: admin, url: at(admin, "/admin/policies") },
];
const args = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--disable-background-networking"];
const browser = await chromium.launch({ executablePath: findChromium() ?? undefined, args });
const asked = process.argv.slice(2);
for (const shot of shots) if (asked.length === 0 || asked.includes(shot.name)) await take(browser, shot);

// The set-up page is gone for good on a cloud of the demo; for its picture, one forgets that it was set up.
const pool = database(cloudB);
await pool.query(`UPDATE "Site" SET "setUpAt" = NULL`);
await pool.end();
await new Promise((resolve) => setTimeout(resolve, 5000));
await take(browser, { name: "set-up", who: null, url: `${cloudB.origin}/setup?code=shown-on-the-console` });
await browser.close();
process.exit();
