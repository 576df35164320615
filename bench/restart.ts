import { spawn } from "node:child_process";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Setting } from "./setting";
import { median, type Row } from "./table";
import { end } from "./yardsticks/end";
import { freePort } from "./yardsticks/free-port";

const ROUNDS = 3;

/** Milliseconds from the start of a program to the first page that it answers; the program is ended afterwards. */
async function untilFirstPage(command: string[], env: NodeJS.ProcessEnv, url: string): Promise<number> {
  const start = performance.now();
  const [program = "", ...args] = command;
  const child = spawn(program, args, { env, stdio: "ignore" });
  while (!(await fetch(url).catch(() => null))) await sleep(10);
  const taken = performance.now() - start;
  await end(child);
  return taken;
}

/** `npm start` on a prepared clone (database, migrations, server), beside `next start` of the same build alone. */
export async function restart(setting: Setting): Promise<Row[]> {
  const { DATABASE_URL: _ours, ...inherited } = process.env;
  const port = String(await freePort());
  const data = path.join(setting.folder, "restart");
  const env = { ...inherited, DATA_DIR: data, PORT: port, PUBLIC_ORIGIN: `http://localhost:${port}`, SECRET_KEY: "" };
  const page = `http://127.0.0.1:${port}/sign-in`;
  const start = () => untilFirstPage([process.execPath, "scripts/start.mjs"], env, page);
  const next = () => untilFirstPage(["node_modules/.bin/next", "start", "-p", port], inherited, page);

  await start(); // makes the database
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    theirs.push(await next());
    ours.push(await start());
  }
  return [
    {
      what: "restart to the first page",
      figure: median(ours) / 1000,
      unit: "s",
      yardstick: { name: "next start", figure: median(theirs) / 1000 },
      target: 5,
    },
  ];
}
