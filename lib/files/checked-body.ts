import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { invalid } from "@/lib/core/errors";

/** The bytes have another hash than their sender said. */
export const checksumMismatch = () =>
  invalid("CHECKSUM_MISMATCH", "The bytes that arrived are not those that were announced.");

/**
 * A body that breaks off before its end, and so is not kept by whoever gets it, unless its bytes have this SHA-256.
 * `requireIntact` throws CHECKSUM_MISMATCH if that was so, whatever was made of it. For bytes that are not stored here:
 * what is stored is hashed on its way there.
 */
export function checkedBody(body: Readable, expected: string): { body: Readable; requireIntact: () => void } {
  let isIntact = true;
  async function* checked() {
    const hash = createHash("sha256");
    let last: Uint8Array | undefined; // held back: all else might be all that was announced
    for await (const chunk of body) {
      hash.update(chunk);
      if (last) yield last;
      last = chunk;
    }
    isIntact = hash.digest("hex") === expected;
    requireIntact();
    if (last) yield last;
  }
  const requireIntact = () => {
    if (!isIntact) throw checksumMismatch();
  };
  return { body: Readable.from(checked(), { objectMode: false }), requireIntact };
}
