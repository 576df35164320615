import fs from "node:fs";
import path from "node:path";
import { environmentOf } from "./cloud.mjs";
import { ROOT } from "./paths.mjs";
import { run } from "./run.mjs";

/** Gives a cloud its administrator, people and files where they are missing. Returns who can sign in, and how. */
export async function seed(cloud, bundle) {
  const program = path.join(ROOT, bundle);
  if (!fs.existsSync(program)) return [];
  const output = await run(process.execPath, [program], {
    env: environmentOf(cloud),
    name: `the seed of ${cloud.title}`,
  });
  return JSON.parse(output.slice(output.indexOf("{"))).people;
}
