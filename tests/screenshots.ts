import { connectPeople } from "@/bench/connect";
import { administrator, database, readSetting } from "@/bench/setting";
import { openCamera, type Shot, take } from "./camera";
import { type CloudClient, signIn } from "./cloud-client";

// Driven by scripts/screenshots.mjs: gives alice and bob something to show, then photographs every screen in both
// themes and two widths.

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
// What cannot be delivered, for lack of a cloud of that name.
const { items: folders } = await alice.json<{ items: { id: string }[] }>("GET", "/api/files?path=/");
for (const { id: nodeId } of folders.slice(0, 2)) {
  const recipient = { kind: "address", address: "erin@cloud.invalid" };
  await alice.json("POST", "/api/shares/sent", { nodeId, recipient, role: "viewer" });
}
const { invitation } = await alice.json<{ invitation: { link: string; code: string } }>("POST", "/api/invites", {});
await alice.json("DELETE", `/api/files?${new URLSearchParams({ path: "/Notes.txt" })}`).catch(() => undefined);
const invite = new URL(invitation.link);
const token = invite.searchParams.get("token") ?? "";
const accept = `${bob.origin}/invite/accept?${new URLSearchParams({ token, providerDomain: invite.host })}`;
const at = (client: CloudClient, path: string) => client.origin + path;

// Somebody whose first password waits to be replaced.
const { items } = await admin.json<{ items: { id: string }[] }>("GET", "/api/admin/people?search=carol");
await admin.json("POST", `/api/admin/people/${items[0]?.id}/password`, { password: "told by telephone" });
const carol = await signIn(cloudA.origin, "carol", "told by telephone");

const { password } = cloudA.people.find(({ userName }) => userName === "alice") ?? {};
await alice.json("POST", "/api/account/app-passwords", { name: "Backup of my laptop", scopes: ["files"], password });

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
  {
    name: "app-password",
    who: alice,
    url: at(alice, "/settings"),
    press: ["[data-testid=make-app-password]"],
  },
  { name: "change-password", who: carol, url: at(carol, "/change-password") },
  {
    name: "command-palette",
    who: alice,
    url: at(alice, "/files/Summer%20trip"),
    prepare: async (page) => {
      await page.keyboard.press("Control+k");
      await page.getByRole("dialog").getByRole("combobox").fill("pac");
      await page.getByRole("option", { name: "Packing list.txt" }).waitFor();
    },
  },
  {
    name: "upload-conflict",
    who: alice,
    url: at(alice, "/files/Summer%20trip"),
    prepare: async (page) => {
      const files = ["Costs.csv", "Route.md"].map((name) => ({ name, mimeType: "", buffer: Buffer.from("New") }));
      await page.getByTestId("upload-files").first().setInputFiles(files);
      await page.getByRole("dialog").waitFor();
    },
  },
  { name: "drawer", who: alice, url: at(alice, "/files"), press: ['button:has-text("More")'], isPhoneOnly: true },
  { name: "admin-people", who: admin, url: at(admin, "/admin/people") },
  { name: "admin-providers", who: admin, url: at(admin, "/admin/providers") },
  {
    name: "admin-doctor",
    who: admin,
    url: at(admin, `/admin/doctor?domain=${new URL(cloudB.origin).host}`),
    prepare: (page) => page.getByText("It works, with something to look at.").waitFor(),
  },
  {
    name: "admin-doctor-failed",
    who: admin,
    url: at(admin, "/admin/doctor?domain=cloud.invalid"),
    prepare: (page) => page.getByText("One step failed.").waitFor(),
  },
  { name: "admin-deliveries", who: admin, url: at(admin, "/admin/deliveries") },
  { name: "admin-audit", who: admin, url: at(admin, "/admin/audit") },
  { name: "admin-policies", who: admin, url: at(admin, "/admin/policies") },
];
const browser = await openCamera();
const asked = process.argv.slice(2);
const isAsked = ({ name }: Shot) => asked.length === 0 || asked.includes(name);
for (const shot of shots) if (isAsked(shot)) await take(browser, shot);

// A folder whose cloud does not answer: it is held for as long as the picture takes.
const away: Shot = {
  name: "cloud-away",
  who: bob,
  url: at(bob, "/files/Summer%20trip"),
  prepare: (page) => page.getByText("The other cloud does not answer").waitFor(),
};
if (isAsked(away)) {
  process.kill(cloudA.pid, "SIGSTOP");
  await take(browser, away).finally(() => process.kill(cloudA.pid, "SIGCONT"));
}

// The set-up page is gone for good on a cloud of the demo; for its picture, one forgets that it was set up.
const pool = database(cloudB);
await pool.query(`UPDATE "Site" SET "setUpAt" = NULL`);
await pool.end();
await new Promise((resolve) => setTimeout(resolve, 5000));
await take(browser, { name: "set-up", who: null, url: `${cloudB.origin}/setup?code=shown-on-the-console` });
await browser.close();
process.exit();
