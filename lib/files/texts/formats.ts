/** How the words in a file are found: it is text as it stands, or text with tags, or a document. */
export type Format = "text" | "html" | "pdf" | "office";

/** So much of a file says what it is. */
export const HEAD_BYTES = 4096;

const START_OF_PDF = /^[\s\S]{0,1000}?%PDF-\d/;
const START_OF_PAGE = /^\s*(<\?xml[^>]*>\s*)?(<!--[\s\S]*?-->\s*)?<(!doctype html|html)\b/i;
/** Those that no text has; tab, line feed, form feed, return and escape (in logs with colours) it may have. */
const CONTROL = /[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]/;

/** What the first bytes of a file say that it is, whatever its name; null: nothing that has words to be read here. */
export function formatOf(head: Buffer): Format | null {
  const latin = head.toString("latin1");
  if (START_OF_PDF.test(latin)) return "pdf";
  if (latin.startsWith("PK\x03\x04")) return "office";
  const text = decodeText(head);
  if (text === "" || CONTROL.test(text)) return null;
  return START_OF_PAGE.test(text) ? "html" : "text";
}

/** Text of whatever encoding it is: what its mark says, UTF-8, or else the one of old Windows files. */
export function decodeText(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder("utf-16be").decode(bytes);
  try {
    // Streamed: the last character may be cut.
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

/** A text as it is kept: its beginning, in one line, without what PostgreSQL does not take. */
export function tidyText(text: string, limit: number): string {
  return text
    .slice(0, limit)
    .replace(/[\x00-\x20\x7f]+|\s+/g, " ")
    .trim();
}
