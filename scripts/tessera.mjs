#!/usr/bin/env node
// The command line. Most of it speaks HTTP with a cloud anywhere (cli/client); some works at the data of one's own cloud.
import { spawn } from "node:child_process";
import path from "node:path";
import { ROOT } from "./lib/paths.mjs";
import { endWith, Plain } from "./lib/plain.mjs";
import { bundleOptions, prepareCode, requireNode } from "./lib/prepare.mjs";

/** Programs of cli/ that need the database, and whether enough was said to start one: the rest is a matter of help. */
const LOCAL = {
  doctor: (values) => values.length === 1,
  admin: (values) => values.length > 1,
  storage: (values) => values.length > 0,
};

async function esbuild() {
  return import("esbuild").catch(() => {
    throw new Plain("This clone has not been prepared yet. Run `npm ci` in its folder once.");
  });
}

/** Its exit code. Bundled in memory each time, so that it always fits the code beside it and writes nothing. */
async function runClient(values) {
  requireNode();
  const { build } = await esbuild();
  const options = { ...bundleOptions(), entryPoints: ["cli/client/main.ts"], write: false, sourcemap: false };
  const { outputFiles } = await build(options);
  const { main } = await import(
    `data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`
  );
  return main(values);
}

async function bundle(name) {
  const { build } = await esbuild();
  await build({ ...bundleOptions("dist/cli"), entryPoints: { [name]: `cli/${name}.ts` } });
  return path.join(ROOT, "dist/cli", `${name}.mjs`);
}

/** Its exit code. */
function runProgram(program, values, env) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...values], { cwd: ROOT, env, stdio: "inherit" });
    child.on("error", reject).on("close", (code) => resolve(code ?? 1));
  });
}

/** Its exit code. */
async function runLocal(name, values) {
  const { environmentOf, requireCloud } = await import("./lib/cloud.mjs");
  const { dataFolder } = await import("./lib/paths.mjs");
  const { planOne } = await import("./lib/plan.mjs");
  const folder = dataFolder();
  requireCloud(folder);
  await prepareCode();
  const { withOwnDatabase } = await import("./lib/own-database.mjs");
  const program = await bundle(name);
  const [cloud] = planOne(folder).clouds;
  return withOwnDatabase(folder, {}, (databaseUrl) =>
    runProgram(program, values, { ...environmentOf({ ...cloud, databaseUrl }), LOG_LEVEL: "silent" }),
  );
}

async function main([name, ...values]) {
  const isHelp = values.includes("--help") || values.includes("-h");
  if (!isHelp && LOCAL[name]?.(values)) return runLocal(name, values);
  return runClient(name === undefined ? [] : [name, ...values]);
}

process.exitCode = await main(process.argv.slice(2)).catch(endWith);
