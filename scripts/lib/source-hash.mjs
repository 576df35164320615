import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { ROOT } from "./paths.mjs";

const FOLDERS = ["app", "components", "lib", "server", "prisma", "public"];
const FILES = [
  "instrumentation.ts",
  "next.config.ts",
  "package-lock.json",
  "package.json",
  "postcss.config.mjs",
  "prisma.config.ts",
  "scripts/lib/compress.mjs",
  "scripts/lib/prepare.mjs",
  "scripts/lib/shared-chunks.mjs",
  "tsconfig.json",
];
const isSource = (file) => !file.startsWith("prisma/generated/") && !/\.test\.tsx?$/.test(file);

function filesOf(folder) {
  const where = path.join(ROOT, folder);
  if (!fs.existsSync(where)) return [];
  return fs
    .readdirSync(where, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(ROOT, path.join(entry.parentPath, entry.name)));
}

/** The hash of a file's bytes, or of nothing when it is absent. */
export function hashOf(...files) {
  const hash = createHash("sha256");
  for (const file of files) {
    const full = path.join(ROOT, file);
    hash.update(`${file}\0`);
    if (fs.existsSync(full)) hash.update(fs.readFileSync(full));
  }
  return hash.digest("hex");
}

/** One hash over everything that a build is made of, tests aside. */
export function sourceHash() {
  return hashOf(...FILES, ...FOLDERS.flatMap(filesOf).filter(isSource).sort());
}
