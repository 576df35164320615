import fs from "node:fs";
import path from "node:path";
import { compressStatic } from "./compress.mjs";
import { withLock } from "./lock.mjs";
import { bin, ROOT } from "./paths.mjs";
import { Plain } from "./plain.mjs";
import { step } from "./progress.mjs";
import { run } from "./run.mjs";
import { shareChunks } from "./shared-chunks.mjs";
import { hashOf, sourceHash } from "./source-hash.mjs";

const LOCK = path.join(ROOT, "dist/prepare.lock");
const INSTALLED = path.join(ROOT, "node_modules/.installed-lock-hash");
const GENERATED = path.join(ROOT, "prisma/generated/.schema-hash");
const BUILT = path.join(ROOT, "dist/source-hash");
const read = (file) => (fs.existsSync(file) ? fs.readFileSync(file, "utf8") : "");

/** @throws Plain when this Node is too old or one of the odd versions between. */
export function requireNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if ((major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major > 22) return;
  throw new Plain(`Node 20.19 or 22.12 or newer is needed; this is ${process.version}. See https://nodejs.org.`);
}

async function installOnce() {
  const wanted = `${hashOf("package-lock.json")} ${process.versions.modules}`;
  if (read(INSTALLED) === wanted) return;
  step("installing dependencies (half a minute the first time)…");
  const args = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  // A NODE_ENV of production would leave out what the build and the tests need.
  await run("npm", [...args, "--include=dev"], { name: "npm ci" });
  fs.writeFileSync(INSTALLED, wanted);
}

async function generateOnce() {
  const wanted = hashOf("prisma/schema.prisma", "package-lock.json");
  if (read(GENERATED) === wanted) return;
  step("generating the database client…");
  await run(bin("prisma"), ["generate"], { env: { CHECKPOINT_DISABLE: "1" }, name: "prisma generate" });
  fs.mkdirSync(path.dirname(GENERATED), { recursive: true });
  fs.writeFileSync(GENERATED, wanted);
}

/** What esbuild makes of the Node side: `server` and its thread for documents always, `seed` for the demo. */
export function bundleOptions(outdir = "dist") {
  const hasSeed = fs.existsSync(path.join(ROOT, "server/seed.ts"));
  return {
    absWorkingDir: ROOT,
    entryPoints: {
      server: "server/index.ts",
      "text-thread": "lib/files/texts/text-thread.mjs", // where lib/files/texts/document-reader.ts looks for it
      "thumbnail-process": "lib/files/thumbnails/thumbnail-process.mjs", // the same for picture-shrinker.ts
      ...(hasSeed && { seed: "server/seed.ts" }),
    },
    outdir,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    platform: "node",
    target: "node20",
    format: "esm",
    packages: "external",
    sourcemap: true,
    logLevel: "silent",
  };
}

async function buildOnce() {
  const wanted = sourceHash();
  const isThere = fs.existsSync(path.join(ROOT, "dist/server.mjs")) && fs.existsSync(path.join(ROOT, ".next/BUILD_ID"));
  if (isThere && read(BUILT) === wanted) return;
  fs.rmSync(BUILT, { force: true }); // a build that breaks off must not look like the one before it
  step("building the server…");
  const { build, formatMessages } = await import("esbuild");
  await build(bundleOptions()).catch(async (error) => {
    const messages = await formatMessages(error.errors ?? [], { kind: "error" });
    throw new Plain(`The server could not be built:\n${messages.join("\n") || error.message}`);
  });
  step("building the pages (a quarter of a minute)…");
  const env = { NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" };
  await run(bin("next"), ["build"], { env, name: "next build" });
  await shareChunks(path.join(ROOT, ".next/server/chunks"));
  await compressStatic(path.join(ROOT, ".next/static"));
  fs.writeFileSync(BUILT, wanted);
}

/** Dependencies and generated code are there afterwards; two runs at once do the work once. */
export async function prepareCode() {
  requireNode();
  await withLock(
    LOCK,
    () => step("waiting for another run that is preparing this clone…"),
    async () => {
      await installOnce();
      await generateOnce();
    },
  );
}

/** Additionally the production build, made again only when a source has changed. */
export async function prepareBuild() {
  await prepareCode();
  await withLock(LOCK, () => step("waiting for another run that is building this clone…"), buildOnce);
}
