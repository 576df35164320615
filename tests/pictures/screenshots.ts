import { database, readSetting } from "@/bench/setting";
import { openCamera, type Shot, take } from "./camera";
import { prepareScene } from "./scene";
import { at, shotsOfPeople } from "./shots";
import { shotsOfAdministration } from "./shots-of-administration";
import { shotsOfFiles } from "./shots-of-files";

// Driven by scripts/screenshots.mjs: gives alice and bob something to show, then photographs every screen in both
// themes and two widths.

const setting = readSetting();
const [cloudA, cloudB] = setting.clouds;
const scene = await prepareScene(setting);
const { bob } = scene;
const browser = await openCamera();
const asked = process.argv.slice(2);
const isAsked = ({ name }: Shot) => asked.length === 0 || asked.includes(name);
for (const shot of [...shotsOfPeople(scene), ...shotsOfFiles(scene), ...shotsOfAdministration(scene)]) {
  if (isAsked(shot)) await take(browser, shot);
}

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
const setUp: Shot = { name: "set-up", who: null, url: `${cloudB.origin}/setup?code=shown-on-the-console` };
if (isAsked(setUp)) {
  const pool = database(cloudB);
  await pool.query(`UPDATE "Site" SET "setUpAt" = NULL`);
  await pool.end();
  await new Promise((resolve) => setTimeout(resolve, 5000));
  await take(browser, setUp);
}
await browser.close();
process.exit();
