import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { expect, it } from "vitest";
import { checkedBody } from "./checked-body";

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

async function take(chunks: string[], expected: string) {
  const { body, requireIntact } = checkedBody(Readable.from(chunks.map((chunk) => Buffer.from(chunk))), expected);
  let taken = "";
  try {
    for await (const chunk of body) taken += chunk;
  } catch (error) {
    return { taken, error, requireIntact };
  }
  return { taken, error: null, requireIntact };
}

it("gives all bytes that are as announced", async () => {
  const { taken, error, requireIntact } = await take(["one ", "two ", "three"], sha256("one two three"));

  expect([taken, error]).toEqual(["one two three", null]);
  requireIntact();
});

it("breaks off before the last of others, so that nobody takes them for the whole", async () => {
  const { taken, error, requireIntact } = await take(["one ", "two ", "three"], sha256("another"));

  expect(taken).toBe("one two ");
  expect(error).toMatchObject({ code: "CHECKSUM_MISMATCH" });
  expect(requireIntact).toThrow(expect.objectContaining({ code: "CHECKSUM_MISMATCH" }));
});
