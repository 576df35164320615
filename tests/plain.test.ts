import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { Plain, plainFileError } from "@/scripts/lib/plain.mjs";

describe("plainFileError", () => {
  it.each([
    ["EACCES", "No permission to write /data."],
    ["EPERM", "No permission to write /data."],
    ["EROFS", "No permission to write /data."],
    ["ENOSPC", "The disk is full: /data cannot be written."],
  ])("has a sentence for %s", (code, sentence) => {
    const error = plainFileError(Object.assign(new Error(code), { code }), "/data");
    expect(error).toBeInstanceOf(Plain);
    expect(error.message).toContain(sentence);
  });

  it("has one for a file where a folder should be, as the system tells of it", () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), "plain-"));
    const file = path.join(folder, "data");
    writeFileSync(file, "");
    for (const place of [file, path.join(file, "below")]) {
      const make = () => mkdirSync(place, { recursive: true });
      expect(make).toThrow();
      try {
        make();
      } catch (error) {
        expect(plainFileError(error as NodeJS.ErrnoException, place).message).toContain(`${place} is no folder.`);
      }
    }
    rmSync(folder, { recursive: true });
  });

  it("leaves what it does not know as it is", () => {
    const error = Object.assign(new Error("odd"), { code: "EIO" });
    expect(plainFileError(error, "/data")).toBe(error);
  });
});
