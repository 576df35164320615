// Runs PostgreSQL for the launcher and stops it when the launcher is gone, however it went: the pipe on stdin closes
// even when the launcher was killed with -9. Usage: postgres-watchdog.mjs <uid or -> <gid or -> <program> <arguments>
import { spawn } from "node:child_process";

const [uid, gid, program, ...args] = process.argv.slice(2);
const user = uid === "-" ? {} : { uid: Number(uid), gid: Number(gid) };
const postgres = spawn(program, args, { ...user, cwd: "/", stdio: ["ignore", "inherit", "inherit"] });

postgres.on("error", (error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
postgres.on("exit", (code) => process.exit(code ?? 1));

process.stdin.resume();
process.stdin.on("close", () => {
  postgres.kill("SIGINT"); // fast shutdown: clients are sent away, everything is written
  setTimeout(() => postgres.kill("SIGQUIT"), 6_000); // at once; the write-ahead log repairs the rest at the next start
  setTimeout(() => postgres.kill("SIGKILL"), 8_000);
});
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => {}); // only the pipe decides
