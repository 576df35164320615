import type { Shot } from "./camera";
import type { Scene } from "./scene";
import { CLOUDS_TO_IMPORT } from "./scene-of-clouds";
import { at } from "./shots";

/** The screens of an administrator. */
export function shotsOfAdministration({ admin, adminOfB }: Scene): Shot[] {
  const other = new URL(adminOfB.origin).host;
  const page = (name: string, path: string, more: Partial<Shot> = {}): Shot => ({
    name,
    who: admin,
    url: at(admin, `/admin/${path}`),
    ...more,
  });
  const provider = `providers/${encodeURIComponent(other)}`;
  const list = [
    ...CLOUDS_TO_IMPORT,
    { domain: "library.example.org", full_name: "Library" },
    { domain: "spam.example.net", full_name: "Free clouds for all" },
    { domain: ".*.example.org", full_name: "Everybody" },
  ];
  return [
    page("admin-people", "people"),
    page("admin-groups", "groups"),
    page("admin-group-members", "groups", { press: ['button[aria-label="Members of Choir"]'] }),
    page("admin-sites", "sites"),
    page("admin-keys", "keys"),
    page("admin-storage", "storage"),
    page("admin-providers", "providers", { isWhole: true }),
    page("admin-provider", provider, { isWhole: true }),
    page("admin-provider-manners", provider, { press: ['button:has-text("How to deal with it")'] }),
    page("admin-provider-block", "providers", {
      press: [`button[aria-label="Change ${other}"]`, '[role=menuitem]:has-text("Block")'],
    }),
    page("admin-import", "providers", {
      press: ['button:has-text("Import")'],
      prepare: async (shown) => {
        await shown.getByLabel("Or its text").fill(JSON.stringify(list));
        await shown.getByRole("button", { name: "Look at it" }).click();
        await shown.getByText("becomes trusted").waitFor();
      },
    }),
    page("admin-directories", "directories", { isWhole: true }),
    page("admin-doctor", `doctor?domain=${other}`, {
      prepare: (shown) => shown.getByText("It works, with something to look at.").waitFor(),
    }),
    page("admin-doctor-failed", "doctor?domain=cloud.invalid", {
      prepare: (shown) => shown.getByText("One step failed.").waitFor(),
    }),
    page("admin-deliveries", "deliveries"),
    page("admin-audit", "audit"),
    page("admin-policies", "policies", { isWhole: true }),
    page("admin-policies-dry-run", "policies", {
      prepare: async (shown) => {
        const sharers = shown.getByRole("radiogroup", { name: "Who may share with people on other clouds" });
        await sharers.getByRole("radio", { name: "Nobody" }).click();
        await shown.getByRole("button", { name: "Save" }).click();
        await shown.getByTestId("what-it-cuts").waitFor();
      },
    }),
  ];
}
