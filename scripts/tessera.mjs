#!/usr/bin/env node
// npx tessera doctor cloud.example.org: what can be done with a cloud beside running it. One file of cli/ a command.
import { spawn } from "node:child_process";
import path from "node:path";
import { environmentOf, requireCloud } from "./lib/cloud.mjs";
import { dataFolder, ROOT } from "./lib/paths.mjs";
import { endWith, Plain } from "./lib/plain.mjs";
import { planOne } from "./lib/plan.mjs";
import { bundleOptions, prepareCode } from "./lib/prepare.mjs";

const COMMANDS = { doctor: { argument: "the address of another cloud", example: "cloud.example.org" } };

function readCommand([name, ...values]) {
  const command = COMMANDS[name];
  if (command && values.length === 1) return { name, values };
  const usages = Object.entries(COMMANDS).map(([known, { example }]) => `npx tessera ${known} ${example}`);
  if (!command) throw new Plain(`Say what to do:\n${usages.join("\n")}`);
  throw new Plain(`Name ${command.argument}: npx tessera ${name} ${command.example}`);
}

/** Bundled anew each time, which takes no time worth saving, so that it always fits the code beside it. */
async function bundle(name) {
  const { build } = await import("esbuild");
  await build({ ...bundleOptions("dist/cli"), entryPoints: { [name]: `cli/${name}.ts` } });
  return path.join(ROOT, "dist/cli", `${name}.mjs`);
}

/** Its exit code. */
function runCommand(program, values, env) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...values], { cwd: ROOT, env, stdio: "inherit" });
    child.on("error", reject).on("close", (code) => resolve(code ?? 1));
  });
}

async function main() {
  const { name, values } = readCommand(process.argv.slice(2));
  const folder = dataFolder();
  requireCloud(folder);
  await prepareCode();
  const { withOwnDatabase } = await import("./lib/own-database.mjs");
  const program = await bundle(name);
  const [cloud] = planOne(folder).clouds;
  process.exitCode = await withOwnDatabase(folder, {}, (databaseUrl) =>
    runCommand(program, values, { ...environmentOf({ ...cloud, databaseUrl }), LOG_LEVEL: "silent" }),
  );
}

await main().catch(endWith);
