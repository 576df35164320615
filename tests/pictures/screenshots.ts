import { database, readSetting } from "@/bench/setting";
import { openCamera, type Shot, take } from "./camera";
import { prepareScene } from "./scene";
import { shotOfCloudAway, shotOfSetUp, shotsOfPeople } from "./shots";
import { shotsOfAdministration } from "./shots-of-administration";
import { shotsOfFiles } from "./shots-of-files";

// Driven by scripts/screenshots.mjs: gives alice and bob something to show, then photographs every screen in both
// themes and two widths.

const setting = readSetting();
const [cloudA, cloudB] = setting.clouds;
const scene = await prepareScene(setting);
const browser = await openCamera();
const asked = process.argv.slice(2);
const isAsked = ({ name }: Shot) => asked.length === 0 || asked.includes(name);
for (const shot of [...shotsOfPeople(scene), ...shotsOfFiles(scene), ...shotsOfAdministration(scene)]) {
  if (isAsked(shot)) await take(browser, shot);
}

const away = shotOfCloudAway(scene);
if (isAsked(away)) {
  process.kill(cloudA.pid, "SIGSTOP");
  await take(browser, away).finally(() => process.kill(cloudA.pid, "SIGCONT"));
}

const setUp = shotOfSetUp(scene);
if (isAsked(setUp)) {
  const pool = database(cloudB);
  await pool.query(`UPDATE "Site" SET "setUpAt" = NULL`);
  await pool.end();
  await new Promise((resolve) => setTimeout(resolve, 5000));
  await take(browser, setUp);
}
await browser.close();
process.exit();
