import { createHash } from "node:crypto";
import { wordlist } from "@scure/bip39/wordlists/english.js";

// Words that people read to each other: the English list of BIP-39, in which the first four letters tell each apart.

/** Each of the words is one of so many, and so stands for eleven bits. */
export const WORD_COUNT = wordlist.length;

const NUMBERS = new Map(wordlist.map((word, number) => [word, number]));

/** The word of a number; numbers go round. */
export const wordOf = (number: number): string => wordlist[number % WORD_COUNT] ?? "";

/** The number of a word, or undefined if it is none of the list. */
export const numberOfWord = (word: string): number | undefined => NUMBERS.get(word);

/** So many words that stand for a text: of two texts they are the same by chance alone. */
export function digestWords(text: string, count: number): string[] {
  const digest = createHash("sha512").update(text).digest();
  // Two bytes each; of 65,536 numbers every word has equally many.
  return Array.from({ length: count }, (_, index) => wordOf(digest.readUInt16BE(index * 2)));
}

/** The field of 2048 elements: x^11 + x^2 + 1 is primitive, and the words are its elements. */
const POLYNOMIAL = 0b1000_0000_0101;
const timesX = (element: number) => ((element << 1) ^ (element & 0x400 ? POLYNOMIAL : 0)) & 0x7ff;

/**
 * The word that goes behind some others, so that one wrong word or two in each other's place are always found, the last
 * one included; and with it a `seal` that is not said, of which another is found but for one time in 2048.
 */
export function checkWord(words: string[], seal: string): string {
  const start = createHash("sha256").update(seal).digest().readUInt16BE(0) % WORD_COUNT;
  const sum = words.reduce((total, word) => timesX(total ^ (numberOfWord(word) ?? 0)), start);
  return wordOf(sum);
}
