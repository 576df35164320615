import { describe, expect, it } from "vitest";
import { formatDavPath, parseDavPath } from "@/lib/protocol/dav/path";
import { mediaTypeOf } from "./media-types";
import { checkName, numberedName, tidyName } from "./names";

const GOOD = [
  "a",
  "Ärger.txt",
  ".profile",
  "a b",
  " a ",
  "CON",
  "a\u200db",
  "日本語",
  "🗂",
  "x".repeat(255),
  "%2F",
  "...",
];
const BAD = ["", ".", "..", "a/b", "/", "a\\b", "a\0b", "a\nb", "\x7f", "\u0085", "\u2028", "\u202etxt.exe", "\ud800"];
const LONG = ["x".repeat(256), "é".repeat(128)];

describe("a name", () => {
  it.each(GOOD)("may be %j", (name) => {
    expect(checkName(name)).toBe(name);
  });

  it.each([...BAD, ...LONG])("may not be %j", (name) => {
    expect(() => checkName(name)).toThrow(expect.objectContaining({ code: "NAME_INVALID", status: 400 }));
  });

  it.each(GOOD)("is one that other clouds take too: %j", (name) => {
    expect(parseDavPath(formatDavPath([name]))).toEqual([name]);
  });

  it("that is refused is refused in words", () => {
    expect(() => checkName("notes\\old.txt")).toThrow("A name cannot contain a backslash.");
    expect(() => checkName("..")).toThrow('A name cannot be "..".');
    expect(() => checkName("é".repeat(128))).toThrow("This name is too long");
  });

  it("is composed, so that one that looks the same is the same", () => {
    expect(checkName("A\u0308")).toBe("Ä");
  });

  it("that is taken is numbered before its extension, and stays within its length", () => {
    expect(numberedName("Report.pdf", 2, true)).toBe("Report (2).pdf");
    expect(numberedName("Release 1.2", 2, false)).toBe("Release 1.2 (2)");
    expect(numberedName(".profile", 3, true)).toBe(".profile (3)");
    expect(numberedName("archive", 10, true)).toBe("archive (10)");
    const long = numberedName(`${"é".repeat(125)}.txt`, 2, true);
    expect(Buffer.byteLength(long)).toBeLessThanOrEqual(255);
    expect(long).toMatch(/^é+ \(2\)\.txt$/);
  });

  it.each([...BAD, ...LONG])("that another cloud gave as %j is made fit", (name) => {
    const tidied = tidyName(name);

    expect(checkName(tidied)).toBe(tidied);
  });
});

describe("a media type", () => {
  it("is what the extension says, and nothing for what has none", () => {
    expect(mediaTypeOf("a.PNG")).toBe("image/png");
    expect(mediaTypeOf("a.png.html")).toBe("text/html");
    expect(mediaTypeOf("png")).toBe("application/octet-stream");
    expect(mediaTypeOf("a.constructor")).toBe("application/octet-stream");
  });
});
