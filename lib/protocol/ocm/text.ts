/** Control characters (C0, DEL, C1) and the line separators of Unicode. */
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;
/** What reorders the text around it: embeddings, overrides, isolates. */
const REORDERING = /[\u202a-\u202e\u2066-\u2069]/;
/**
 * All that is invisible or reorders: the above, marks of direction, zero-width spaces, tags, half characters.
 * The joiners U+200C and U+200D stay: Persian and Indic names are spelled with them.
 */
const INVISIBLE =
  /[\p{Surrogate}\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

/** The longest name of anything that we store, in characters. */
export const MAX_NAME = 255;

/** Whether a text can deceive whoever reads it in a log or a page: control or reordering characters, half characters. */
export function isDeceptive(text: string): boolean {
  return CONTROL.test(text) || REORDERING.test(text) || /\p{Surrogate}/u.test(text);
}

/**
 * The name of a person or a cloud, as others gave it, made fit to be shown: one line, nothing invisible or
 * reordering, at most 255 characters. May come out empty.
 */
export function cleanDisplayName(text: string): string {
  const line = text
    .normalize("NFC")
    .replace(INVISIBLE, "")
    .replace(/[\s\u0000-\u001f\u007f-\u009f]+/g, " ")
    .trim();
  if (/^(?:\u200c|\u200d|\s)*$/.test(line)) return "";
  return [...line].slice(0, MAX_NAME).join("").trimEnd();
}

/**
 * Whether this can be the name of one file or folder: not empty, `.` or `..`, no separator of any system, nothing
 * deceptive, at most 255 bytes in NFC.
 */
export function isSafeName(name: string): boolean {
  if (name === "" || name === "." || name === "..") return false;
  if (/[/\\]/.test(name) || isDeceptive(name)) return false;
  return Buffer.byteLength(name.normalize("NFC")) <= MAX_NAME;
}
