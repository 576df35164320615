import { expect, it } from "vitest";
import { OFFICE, pdfOf } from "@/tests/documents";
import { decodeText, formatOf, tidyText } from "./formats";

const docx = OFFICE["docx"]?.("words") ?? Buffer.alloc(0);

it.each([
  ["plain text", Buffer.from("Hello"), "text"],
  ["text with colours", Buffer.from("\x1b[32mok\x1b[0m\n"), "text"],
  ["a character that is cut", Buffer.from("caf\u00e9").subarray(0, 4), "text"],
  ["text of an old Windows", Buffer.from("caf\xe9", "latin1"), "text"],
  ["text in UTF-16", Buffer.from("\ufeffHello", "utf16le"), "text"],
  ["a page", Buffer.from("\n<!DOCTYPE html><p>Hello"), "html"],
  ["markdown that begins with a tag", Buffer.from("<p>Hello"), "text"],
  ["a paper", pdfOf("Hello"), "pdf"],
  ["an archive", docx, "office"],
  ["a picture", Buffer.from("\x89PNG\r\n\x1a\n\0\0\0", "latin1"), null],
  ["nothing", Buffer.alloc(0), null],
])("tells %s by its first bytes", (_what, head, format) => {
  expect(formatOf(head)).toBe(format);
});

it("reads the text of old Windows files", () => {
  expect(decodeText(Buffer.from("caf\xe9 noir", "latin1"))).toBe("café noir");
});

it("keeps the beginning of a text in one line, without control characters", () => {
  expect(tidyText("\0 One\r\n\ttwo\x01three   ", 100)).toBe("One two three");
  expect(tidyText("abcdef", 3)).toBe("abc");
});
