import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import path from "node:path";
import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { config } from "@/lib/core/config";
import { receiveBytes } from "@/lib/files/uploads/receive-bytes";

// Another server that writes to an upload: some bytes that were never sent, of a request that then hangs; tells when they
// are on disk, writes more on every message, and tells how it ended.
const [siteId = "", userId = "", id = "", count = ""] = process.argv.slice(2);
const bytes = Buffer.alloc(Number(count), "z");
const body = new Readable({ read: () => {} });
const checksum = { algorithm: "sha256", digest: createHash("sha256").digest() } as const;
const signal = new AbortController().signal;

const work = receiveBytes({ siteId, userId }, id, { body, offset: 0, checksum, signal });
work.catch(({ code }) => process.send?.(code));
body.push(bytes);
process.on("message", () => body.destroyed || body.push(bytes));
const file = path.join(config().dataDir, "uploads", siteId, id);
while (statSync(file, { throwIfNoEntry: false })?.size !== bytes.length) await sleep(10);
process.send?.("written");
