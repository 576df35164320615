import type { CloudClient } from "../cloud-client";
import type { Shot } from "./camera";
import type { Scene } from "./scene";

export const at = (client: CloudClient, path: string) => client.origin + path;

/** The button that opens the menu of a file or folder. */
export const menuOf = (name: string) => `[data-testid=file-row]:has-text("${name}") button[aria-haspopup=menu]`;
const MORE_ABOUT_CONTACT = 'button[aria-label^="More about"]';
export const entryOfMenu = (name: string) => `[role=menuitem]:has-text("${name}")`;

/** The screens of somebody who has an account. */
export function shotsOfPeople({ alice, bob, carol, halfBob, passwordOf, link }: Scene): Shot[] {
  const invite = new URL(link);
  const token = invite.searchParams.get("token") ?? "";
  const accept = `/invite/accept?${new URLSearchParams({ token, providerDomain: invite.host })}`;
  const ofContact = (name: string, entry: string): Shot => ({
    name,
    who: alice,
    url: at(alice, "/contacts"),
    press: [MORE_ABOUT_CONTACT, entryOfMenu(entry)],
  });
  const ofInvite = (name: string, ...press: string[]): Shot => ({
    name,
    who: alice,
    url: at(alice, "/invites"),
    press: ["text=Show again", ...press],
  });
  return [
    { name: "sign-in", who: null, url: at(alice, "/sign-in") },
    { name: "sign-in-second-factor", who: halfBob, url: at(bob, "/sign-in/second-factor") },
    { name: "change-password", who: carol, url: at(carol, "/change-password") },
    { name: "files", who: alice, url: at(alice, "/files") },
    { name: "folder", who: alice, url: at(alice, "/files/Summer%20trip") },
    {
      name: "share",
      who: alice,
      url: at(alice, "/files"),
      press: [menuOf("Summer trip"), entryOfMenu("Share")],
    },
    { name: "preview", who: alice, url: at(alice, "/files/Pictures"), press: ["text=Dawn.png"] },
    { name: "received-folder", who: bob, url: at(bob, "/files/Summer%20trip") },
    { name: "step-up", who: bob, url: at(bob, "/files/Letters") },
    { name: "shared-with-me", who: bob, url: at(bob, "/shared-with-me"), isWhole: true },
    { name: "shared-by-me", who: alice, url: at(alice, "/shared-by-me"), isWhole: true },
    { name: "trash", who: alice, url: at(alice, "/trash") },
    { name: "contacts", who: alice, url: at(alice, "/contacts") },
    ofContact("compare-words", "Compare words"),
    ofContact("ask-for-something", "Ask for something"),
    ofContact("remove-contact", "Remove"),
    { name: "invites", who: alice, url: at(alice, "/invites") },
    ofInvite("invite-someone", "text=QR code"),
    ofInvite("invite-words", "[role=tab]:has-text('Words')", "[data-testid=speak-invite]"),
    { name: "accept-an-invite", who: bob, url: at(bob, "/invites"), press: ["[data-testid=accept-an-invite]"] },
    { name: "where-are-you-from", who: null, url: link },
    { name: "answer-invite", who: bob, url: at(bob, accept) },
    { name: "notices", who: bob, url: at(bob, "/files"), press: ["[data-testid=bell]"] },
    { name: "settings", who: alice, url: at(alice, "/settings"), isWhole: true },
    { name: "app-password", who: alice, url: at(alice, "/settings"), press: ["[data-testid=make-app-password]"] },
    {
      name: "second-factor",
      who: alice,
      url: at(alice, "/settings"),
      press: ['button:has-text("Set up an app for codes")'],
      prepare: async (page) => {
        await page.getByLabel("Your password").fill(passwordOf("alice"));
        await page.getByRole("button", { name: "Go on" }).click();
        await page.getByAltText("QR code for the app").waitFor();
      },
    },
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
  ];
}

/** A folder whose cloud does not answer: who takes it has to hold that cloud for as long. */
export const shotOfCloudAway = ({ bob }: Scene): Shot => ({
  name: "cloud-away",
  who: bob,
  url: at(bob, "/files/Summer%20trip"),
  prepare: (page) => page.getByText("The other cloud does not answer").waitFor(),
});

/** The page that is gone for good on a cloud of the demo: who takes it has one forget that it was set up. */
export const shotOfSetUp = ({ adminOfB }: Scene): Shot => ({
  name: "set-up",
  who: null,
  url: at(adminOfB, "/setup?code=shown-on-the-console"),
});
