import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { digestField, expectedSha256 } from "./checksum";

const SHA256 = createHash("sha256").update("hello").digest("hex");

it.each([
  ["repr-digest", digestField(SHA256)],
  ["content-digest", `sha-512=:AAAA:, ${digestField(SHA256)}`],
  ["oc-checksum", `SHA256:${SHA256.toUpperCase()}`],
])("finds what a body is to be in %s", (name, value) => {
  expect(expectedSha256({ [name]: value })).toBe(SHA256);
});

it.each([
  ["repr-digest", "sha-512=:AAAA:"],
  ["content-digest", "nonsense ;;;"],
  ["content-digest", "sha-256=1"],
  ["oc-checksum", "MD5:5d41402abc4b2a76b9719d911017c592"],
  ["oc-checksum", "SHA256:12"],
])("finds nothing in %s: %s", (name, value) => {
  expect(expectedSha256({ [name]: value })).toBeNull();
});
