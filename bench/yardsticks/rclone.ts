import { spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";

/** `rclone serve webdav` over a folder, read only. */
export async function startRclone(folder: string, port: number) {
  const child = spawn("rclone", ["serve", "webdav", folder, "--addr", `127.0.0.1:${port}`, "--read-only", "-q"], {
    stdio: "inherit",
  });
  await sleep(1000);
  return { origin: `http://127.0.0.1:${port}`, stop: () => child.kill() };
}
