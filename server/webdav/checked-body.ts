import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { invalid } from "@/lib/core/errors";

/**
 * A body that breaks off at its end, and so is not kept by any tree, unless its bytes have this SHA-256.
 * `requireIntact` throws CHECKSUM_MISMATCH if that was so, whatever the tree made of it.
 */
export function checkedBody(body: Readable, expected: string | null): { body: Readable; requireIntact: () => void } {
  if (expected === null) return { body, requireIntact: () => {} };
  let isIntact = true;
  async function* checked() {
    const hash = createHash("sha256");
    for await (const chunk of body) {
      hash.update(chunk);
      yield chunk;
    }
    isIntact = hash.digest("hex") === expected;
    requireIntact();
  }
  const requireIntact = () => {
    if (!isIntact) throw invalid("CHECKSUM_MISMATCH", "The bytes that arrived are not those that were announced.");
  };
  return { body: Readable.from(checked(), { objectMode: false }), requireIntact };
}
