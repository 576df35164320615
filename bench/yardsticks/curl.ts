import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

export type Transfer = {
  method?: string;
  headers?: Record<string, string>;
  /** A file to send. */
  upload?: string;
};

/** One request by curl, the same client for us and for the yardstick. Throws on any answer but 2xx. */
export async function curl(url: string, { method, headers = {}, upload }: Transfer = {}) {
  const args = ["-sS", "-o", "/dev/null", "-w", "%{http_code} %{time_starttransfer} %{time_total} %{size_download}"];
  if (method) args.push("-X", method);
  if (upload) args.push("-T", upload, "-H", "Expect:");
  for (const [name, value] of Object.entries(headers)) args.push("-H", `${name}: ${value}`);
  const { stdout } = await run("curl", [...args, url]);
  const [status, firstByte, total, bytes] = stdout.split(" ").map(Number) as [number, number, number, number];
  if (status < 200 || status > 299) throw new Error(`${method ?? "GET"} ${url} answered ${status}`);
  return { firstByteMs: firstByte * 1000, totalMs: total * 1000, bytes };
}
