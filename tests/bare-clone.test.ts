import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";

const IMPORT = /^\s*(?:import|export)\s[^"']*?from\s+["']([^"']+)["']|^\s*import\s+["']([^"']+)["']/gm;

/** What a script loads before it does anything, by files of this project: what each of them imports from elsewhere. */
function importsOf(file: string, seen = new Map<string, string[]>()): Map<string, string[]> {
  if (seen.has(file)) return seen;
  const names = [...readFileSync(file, "utf8").matchAll(IMPORT)].map(([, from, bare]) => from ?? bare ?? "");
  seen.set(
    file,
    names.filter((name) => !name.startsWith(".")),
  );
  for (const name of names) if (name.startsWith(".")) importsOf(path.join(path.dirname(file), name), seen);
  return seen;
}

it.each(["start", "backup", "restore", "test"])("a bare clone can begin with scripts/%s.mjs", (name) => {
  const files = importsOf(`scripts/${name}.mjs`);

  expect(files.size).toBeGreaterThan(3);
  const needed = [...files].flatMap(([file, names]) => names.map((one) => ({ file, one })));
  expect(needed.filter(({ one }) => !one.startsWith("node:"))).toEqual([]);
});
