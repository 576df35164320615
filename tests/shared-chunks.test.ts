import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { shareChunks } from "@/scripts/lib/shared-chunks.mjs";

const require = createRequire(import.meta.url);
let folder = "";

function put(name: string, code: string): string {
  const file = path.join(folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, code);
  return file;
}

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), "chunks-"));
});

afterEach(() => rmSync(folder, { recursive: true }));

describe("shareChunks", () => {
  it("lets chunks that say the same be one, wherever they lie", async () => {
    const code = 'module.exports=[1,()=>"one"]';
    const first = put("a.js", code);
    const others = [put("b.js", code), put("ssr/c.js", code)];
    await shareChunks(folder);
    expect(readFileSync(first, "utf8")).toContain(code);
    for (const other of others) expect(require(other)).toBe(require(first));
  });

  it("leaves alone what says something else, and what is no chunk", async () => {
    const files = [
      put("a.js", 'module.exports=[1,()=>"one"]'),
      put("b.js", 'module.exports=[1,()=>"two"]'),
      put("c.js", "let loaded=0"),
      put("d.js", "let loaded=0"),
    ];
    const before = files.map((file) => readFileSync(file, "utf8"));
    await shareChunks(folder);
    expect(files.map((file) => readFileSync(file, "utf8"))).toEqual(before);
  });
});
