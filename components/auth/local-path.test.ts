import { expect, it } from "vitest";
import { localPath } from "./local-path";

it.each(["/files", "/invite/accept?token=t&providerDomain=a.example.org", "/files/Photos%202026"])(
  "keeps %s",
  (path) => {
    expect(localPath(path)).toBe(path);
  },
);

it.each([
  undefined,
  "",
  "files",
  "//evil.example.org/x",
  "/\\evil.example.org",
  "https://evil.example.org/",
  "/\t/evil.example.org",
  "/.//evil.example.org",
  "/a/..//evil.example.org/x",
  "/%2e//evil.example.org",
])("refuses %s", (text) => {
  expect(localPath(text)).toBeNull();
});
