import type { Shot } from "./camera";
import { type Scene, waitForDevice } from "./scene";
import { at, entryOfMenu, menuOf } from "./shots";

/** What a person does with files beyond looking at a folder. */
export function shotsOfFiles({ alice, bob }: Scene): Shot[] {
  const trip = at(alice, "/files/Summer%20trip");
  return [
    {
      name: "search",
      who: alice,
      url: at(alice, "/search?q=hut"),
      // The words of a new file are read behind, within a minute or two.
      prepare: async (page) => {
        const isFound = () => page.getByText("Costs.csv").isVisible();
        for (let tries = 0; tries < 24 && !(await isFound()); tries++) {
          await page.waitForTimeout(5_000);
          await page.reload({ waitUntil: "networkidle" });
        }
      },
    },
    {
      name: "search-elsewhere",
      who: bob,
      url: at(bob, "/search?q=jacket"),
      prepare: (page) => page.getByText("Packing list.txt").first().waitFor(),
    },
    { name: "favourites", who: alice, url: at(alice, "/favourites") },
    { name: "recent", who: alice, url: at(alice, "/recent") },
    {
      name: "tiles",
      who: alice,
      url: at(alice, "/files/Pictures"),
      press: ['button[aria-label="Show as tiles"]'],
      prepare: (page) => page.waitForTimeout(2000), // small pictures are made when they are first asked for
    },
    {
      name: "versions",
      who: alice,
      url: trip,
      press: [menuOf("Route.md"), entryOfMenu("Details"), '[role=tab]:has-text("Versions")'],
    },
    { name: "editor", who: alice, url: trip, press: [menuOf("Route.md"), entryOfMenu("Edit")] },
    { name: "move", who: alice, url: at(alice, "/files"), press: [menuOf("Welcome.md"), entryOfMenu("Move…")] },
    { name: "kept-copy", who: bob, url: at(bob, "/files/Summer%20trip") },
    {
      name: "uploads",
      who: alice,
      url: trip,
      prepare: async (page) => {
        await page.route("**/content/**", () => {}); // a network that has come to a stop
        const files = ["Film of the lake.mp4", "Panorama.jpg"].map((name) => ({ name, mimeType: "" }));
        const buffer = Buffer.alloc(12_000_000);
        await page
          .getByTestId("upload-files")
          .first()
          .setInputFiles(files.map((file) => ({ ...file, buffer })));
        await page.locator("#uploads").waitFor();
      },
    },
    {
      name: "device",
      who: alice,
      url: at(alice, "/device"),
      prepare: async (page) => {
        await page.getByLabel("Code that the program shows").fill(await waitForDevice(alice));
        await page.getByRole("button", { name: "Go on" }).click();
        await page.getByTestId("device-question").waitFor();
      },
    },
  ];
}
