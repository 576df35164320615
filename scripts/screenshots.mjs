// npm run screenshots [name ...]: starts the demo afresh and takes pictures of its screens into docs/screenshots.
import { bin } from "./lib/paths.mjs";
import { endWith } from "./lib/plain.mjs";
import { run } from "./lib/run.mjs";
import { withTwoClouds } from "./lib/two-clouds.mjs";

const takeAll = (setting) =>
  run(bin("tsx"), ["tests/pictures/screenshots.ts", ...process.argv.slice(2)], {
    env: { ...setting.clouds[0].environment, BENCH: JSON.stringify(setting) },
    name: "the camera",
  });

await withTwoClouds(() => ({ RATE_LIMITS: "off" }), takeAll).then(() => process.exit(), endWith);
