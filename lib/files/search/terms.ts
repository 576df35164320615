import type { Snippet } from "../schema";

/** Words of what was typed, or what stood there in quotes. */
export type Term = { text: string; isPhrase: boolean };

const MOST_TERMS = 8;
const WORD = /[\p{L}\p{M}\p{N}]+/gu;
/** Shorter words have no letters in threes, by which names and beginnings of words are found. */
const SHORTEST = 3;

/** What was typed as terms, all of which must be found. */
export function termsOf(typed: string): Term[] {
  const found = [...typed.matchAll(/"([^"]+)"|[^\s"]+/g)];
  const terms = found.map(([whole, phrase]) => ({ text: (phrase ?? whole).trim(), isPhrase: phrase !== undefined }));
  return terms.filter(({ text }) => text !== "").slice(0, MOST_TERMS);
}

export const isShort = ({ text }: Term) => [...text].length < SHORTEST;

/** The words of a term, as they are looked for in texts. */
export const wordsOf = ({ text }: Term): string[] => text.match(WORD) ?? [];

/**
 * Terms as PostgreSQL's query of a text: words by their beginnings, those of a phrase whole and one after the other;
 * null: they hold no word. Letters and digits alone come into it, so that it cannot be read otherwise.
 */
export function textQueryOf(terms: Term[]): string | null {
  const parts = terms.flatMap((term) => {
    const words = wordsOf(term);
    if (words.length === 0) return [];
    const isOpen = !term.isPhrase && !isShort({ ...term, text: words.at(-1) ?? "" });
    return `(${words.map((word, n) => `'${word}'${isOpen && n === words.length - 1 ? ":*" : ""}`).join(" <-> ")})`;
  });
  return parts.length === 0 ? null : parts.join(" & ");
}

/** What stands for the beginning of any of the words, for PostgreSQL to find the first place. */
export const placePatternOf = (terms: Term[]): string => `\\m(${terms.flatMap(wordsOf).join("|")})`;

/** A piece of text with the words that begin as one of the terms does set apart. */
export function markWords(text: string, terms: Term[]): Snippet {
  const wanted = terms.flatMap(wordsOf).map(plain);
  const pieces: Snippet = [];
  let at = 0;
  for (const { index, 0: word } of text.matchAll(WORD)) {
    if (!wanted.some((start) => plain(word).startsWith(start))) continue;
    if (index > at) pieces.push({ text: text.slice(at, index), isMatch: false });
    pieces.push({ text: word, isMatch: true });
    at = index + word.length;
  }
  if (at < text.length) pieces.push({ text: text.slice(at), isMatch: false });
  return pieces;
}

/** Nearly what `plain` of the database does. */
const plain = (text: string) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
