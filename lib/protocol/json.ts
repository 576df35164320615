import { AppError, invalid, isAppError } from "@/lib/core/errors";

export type JsonLimits = { maxBytes: number; maxDepth?: number };

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Not text, though JSON can spell it: NUL and half characters, which no database stores. */
const NO_TEXT = /[\0\p{Surrogate}]/u;

/**
 * Parses JSON from a stranger: the size and the depth are checked on the bytes, before anything is built.
 * A key `__proto__` is dropped.
 *
 * @throws BODY_TOO_LARGE (413), JSON_TOO_DEEP, JSON_INVALID, TEXT_INVALID
 */
export function parseJsonLimited(bytes: Uint8Array, { maxBytes, maxDepth = 16 }: JsonLimits): unknown {
  if (bytes.byteLength > maxBytes) throw new AppError(413, "BODY_TOO_LARGE", "The body is too large.");
  if (isDeeperThan(maxDepth, bytes)) throw invalid("JSON_TOO_DEEP", "The JSON is nested too deeply.");
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return JSON.parse(text, keepSound);
  } catch (cause) {
    if (isAppError(cause)) throw cause;
    throw invalid("JSON_INVALID", "The body is not JSON.", { cause });
  }
}

function keepSound(key: string, value: unknown): unknown {
  if (NO_TEXT.test(key) || (typeof value === "string" && NO_TEXT.test(value))) {
    throw invalid("TEXT_INVALID", "There is a character in it that no text can hold.");
  }
  return key === "__proto__" ? undefined : value;
}

function isDeeperThan(maxDepth: number, bytes: Uint8Array): boolean {
  let depth = 0;
  let inString = false;
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index];
    if (inString) {
      if (byte === BACKSLASH) index++;
      else if (byte === QUOTE) inString = false;
    } else if (byte === QUOTE) inString = true;
    else if (byte === 0x5b || byte === 0x7b) {
      if (++depth > maxDepth) return true;
    } else if (byte === 0x5d || byte === 0x7d) depth--;
  }
  return false;
}
