import { describe, expect, it } from "vitest";
import { formatCount, formatRelative, formatSize } from "@/components/ui/format";

describe("sizes", () => {
  it.each([
    [0, "0 bytes"],
    [1, "1 byte"],
    [999, "999 bytes"],
    [1500, "1.5 kB"],
    [48_210, "48.2 kB"],
    [920_111_222, "920 MB"],
    [5_000_000_000_000, "5 TB"],
  ])("%d is %s", (bytes, words) => {
    expect(formatSize(bytes, "en")).toBe(words);
  });
});

describe("moments", () => {
  const now = Date.parse("2026-05-20T12:00:00Z");

  it.each([
    ["2026-05-20T11:59:40Z", "just now"],
    ["2026-05-20T11:55:00Z", "5 minutes ago"],
    ["2026-05-19T12:00:00Z", "yesterday"],
    ["2026-05-23T12:00:00Z", "in 3 days"],
    ["2026-03-02T12:00:00Z", "2 Mar"],
    ["2024-03-02T12:00:00Z", "2 Mar 2024"],
  ])("%s is %s", (iso, words) => {
    expect(formatRelative(iso, now, "en-GB")).toBe(words);
  });
});

it("counts in words", () => {
  expect(formatCount(1, "file", "files", "en")).toBe("1 file");
  expect(formatCount(12_000, "file", "files", "en")).toBe("12,000 files");
});
