#!/usr/bin/env node
// npx tessera doctor cloud.example.org: what can be done with a cloud beside running it. One file of cli/ a command.
import { spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { dataFolder, ROOT } from "./lib/paths.mjs";
import { endWith, Plain } from "./lib/plain.mjs";
import { planOne } from "./lib/plan.mjs";
import { prepareCode } from "./lib/prepare.mjs";

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
  const { bundleOptions } = await import("./lib/prepare.mjs");
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
  if (!process.env.SECRET_KEY && !fs.existsSync(path.join(folder, "key"))) {
    throw new Plain(`There is no cloud in ${folder}. Name its folder with DATA_DIR=.`);
  }
  await prepareCode();
  const { environmentOf } = await import("./lib/cloud.mjs");
  const { withOwnDatabase } = await import("./lib/own-database.mjs");
  const program = await bundle(name);
  const [cloud] = planOne(folder).clouds;
  process.exitCode = await withOwnDatabase(folder, {}, (databaseUrl) =>
    runCommand(program, values, { ...environmentOf({ ...cloud, databaseUrl }), LOG_LEVEL: "silent" }),
  );
}

await main().catch(endWith);
