import { looseProvider } from "@/lib/protocol/ocm/address";

/** Why a signature is not believed. Kept in the log, not told to the stranger. */
export type SignatureRefusal =
  | "signature-missing"
  | "signature-malformed"
  | "signature-ambiguous"
  | "keyid-invalid"
  | "created-missing"
  | "created-stale"
  | "created-future"
  | "expired"
  | "component-missing"
  | "component-unsupported"
  | "length-mismatch"
  | "digest-mismatch"
  | "key-unknown"
  | "algorithm-unsupported"
  | "algorithm-mismatch"
  | "signature-wrong";
export type Refused = { ok: false; reason: SignatureRefusal };

/** `host#key`, `host` alone, or a URL, as some write it; only the host is ever used of it. */
export function providerOfKeyid(keyid: string): string | null {
  try {
    return looseProvider(keyid.replace(/#.*$/s, ""));
  } catch {
    return null;
  }
}

export function refuse(reason: SignatureRefusal): Refused {
  return { ok: false, reason };
}
