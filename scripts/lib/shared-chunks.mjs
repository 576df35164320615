import { createHash } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";

/**
 * Lets chunks of the built pages that say the same be one: of what several routes use, Next writes a copy for each,
 * and the server would keep each copy's text in its memory. All but the first lead to the first afterwards.
 */
export async function shareChunks(folder) {
  const names = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith(".js")).sort();
  const firsts = new Map();
  for (const name of names) {
    const file = path.join(folder, name);
    const code = await readFile(file, "utf8");
    if (!code.startsWith("module.exports=[")) continue;
    const hash = createHash("sha256").update(code).digest("hex");
    const first = firsts.get(hash);
    if (first === undefined) firsts.set(hash, file);
    else await writeFile(file, `module.exports=require(${JSON.stringify(relative(file, first))})\n`);
  }
}

function relative(from, to) {
  const way = path.relative(path.dirname(from), to).split(path.sep).join("/");
  return way.startsWith(".") ? way : `./${way}`;
}
