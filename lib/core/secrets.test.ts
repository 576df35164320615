import { beforeAll, expect, it } from "vitest";
import { decryptSecret, encryptSecret, hashSecret, isSameHash, newSecret } from "./secrets";

beforeAll(() => {
  process.env.DATABASE_URL = "postgresql://localhost/none";
  process.env.SECRET_KEY = Buffer.alloc(32, 7).toString("base64url");
});

it("makes secrets of 256 bits that tell their kind", () => {
  const [one, other] = [newSecret("inv_"), newSecret("inv_")];

  expect(one).toMatch(/^inv_[A-Za-z0-9_-]{43}$/);
  expect(one).not.toBe(other);
});

it("gives an encrypted secret back, and never the same ciphertext", () => {
  const [one, other] = [encryptSecret("invite", "pâté"), encryptSecret("invite", "pâté")];

  expect(decryptSecret("invite", one)).toBe("pâté");
  expect(one).not.toBe(other);
});

it("refuses a ciphertext that was changed, or made for something else", () => {
  const sealed = encryptSecret("invite", "secret");
  const bytes = Buffer.from(sealed, "base64url");
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;

  expect(() => decryptSecret("invite", bytes.toString("base64url"))).toThrow();
  expect(() => decryptSecret("share-secret", sealed)).toThrow();
});

it("hashes the same for one purpose and differently for another", () => {
  expect(hashSecret("invite", "x")).toBe(hashSecret("invite", "x"));
  expect(hashSecret("invite", "x")).not.toBe(hashSecret("session", "x"));
});

it("tells equal hashes from others, also of another length", () => {
  expect(isSameHash("abc", "abc")).toBe(true);
  expect(isSameHash("abc", "abd")).toBe(false);
  expect(isSameHash("abc", "abcd")).toBe(false);
});
