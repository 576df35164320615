import { AppError, invalid } from "@/lib/core/errors";

/**
 * Reads a form from a stranger, `application/x-www-form-urlencoded`: the size is checked before anything is built.
 *
 * @throws BODY_TOO_LARGE (413), TEXT_INVALID
 */
export function parseFormLimited(bytes: Uint8Array, { maxBytes }: { maxBytes: number }): Record<string, string> {
  if (bytes.byteLength > maxBytes) throw new AppError(413, "BODY_TOO_LARGE", "The body is too large.");
  return fieldsOf(new URLSearchParams(new TextDecoder().decode(bytes)));
}

/**
 * The fields of a form or a query; of a name that comes twice the last value counts.
 *
 * @throws TEXT_INVALID
 */
export function fieldsOf(params: URLSearchParams): Record<string, string> {
  const pairs = [...params];
  if (pairs.flat().some((text) => text.includes("\0"))) {
    throw invalid("TEXT_INVALID", "There is a character in it that no text can hold.");
  }
  return Object.fromEntries(pairs);
}
