import { readFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import path from "node:path";

const PREFIX = "/_next/static/";
const TYPES: Record<string, string> = { ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8" };

/** What the build compressed, read once: all of it is a few hundred kilobytes. Null: there is no such file. */
const compressed = new Map<string, Promise<Buffer | null>>();

function readCompressed(name: string): Promise<Buffer | null> {
  const known = compressed.get(name);
  if (known) return known;
  const reading = readFile(path.join(process.cwd(), ".next/static", `${name}.br`)).catch(() => null);
  // A name that is no file is not kept: anybody can think of many.
  reading.then((bytes) => bytes ?? compressed.delete(name));
  compressed.set(name, reading);
  return reading;
}

/**
 * Answers with a script or style sheet as the build compressed it (scripts/lib/compress.mjs). False if there is none, or
 * the browser takes none: then Next has the file as it is. Their names change with their content, so they keep for ever.
 */
export async function answerStatic(req: IncomingMessage, res: ServerResponse, urlPath: string): Promise<boolean> {
  const type = TYPES[path.extname(urlPath)];
  const takesBrotli = /(?:^|[,\s])br(?:$|[,;\s])/.test(String(req.headers["accept-encoding"] ?? ""));
  if (!type || !takesBrotli || !urlPath.startsWith(PREFIX) || (req.method !== "GET" && req.method !== "HEAD"))
    return false;

  const bytes = await readCompressed(urlPath.slice(PREFIX.length));
  if (!bytes) return false;
  res.writeHead(200, {
    "content-type": type,
    "content-encoding": "br",
    "content-length": bytes.length,
    "cache-control": "public, max-age=31536000, immutable",
    vary: "accept-encoding",
    "x-content-type-options": "nosniff",
  });
  res.end(req.method === "HEAD" ? undefined : bytes);
  return true;
}
