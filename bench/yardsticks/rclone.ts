import { spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { end } from "./end";

/** `rclone serve webdav` over a folder. */
export async function startRclone(files: string, port: number) {
  const child = spawn("rclone", ["serve", "webdav", files, "--addr", `127.0.0.1:${port}`, "-q"], { stdio: "inherit" });
  await sleep(1000);
  return { name: "rclone serve webdav", origin: `http://127.0.0.1:${port}`, stop: () => end(child) };
}
