import { randomInt } from "node:crypto";
import { type AppError, invalid, isAppError } from "@/lib/core/errors";
import { looseProvider } from "@/lib/protocol/ocm/address";
import { checkWord, numberOfWord, WORD_COUNT, wordOf } from "@/lib/protocol/words";

/** What is read aloud: words that the named cloud knows what to do with. The last of them is the check. */
export type SpokenInvite = { words: string; provider: string };

/** Forty-four bits: enough for what lives an hour and is guessed at a few hundred times, and no more than one can say. */
const SECRET_WORDS = 4;
/** More than that, and it is a text in which some of the words happen to stand. */
const MOST_PARTS = 8;
const FEW = 3;
/** Said between the words and the cloud. */
const FILLERS = new Set(["at", "@", "and"]);

/** Fresh words for an invite of this cloud. */
export function newInviteWords(provider: string): string {
  const secret = Array.from({ length: SECRET_WORDS }, () => wordOf(randomInt(WORD_COUNT)));
  return [...secret, checkWord(secret, provider)].join(" ");
}

/**
 * Finds an invite in what somebody typed after hearing it; null if it is something else. One wrong word, two in each
 * other's place and most wrong clouds are found here, before anything is asked.
 *
 * @throws INVITE_WORDS_WRONG
 */
export function findSpokenInvite(text: string): SpokenInvite | null {
  const parts = text
    .slice(0, 1000)
    .toLowerCase()
    .split(/[\s,;@]+/)
    .map((part) => part.replace(/^[“"'(]+|[.!?”"')]+$/g, ""))
    .filter((part) => part !== "" && !FILLERS.has(part));
  if (parts.length > MOST_PARTS || parts.filter((part) => numberOfWord(part) !== undefined).length < FEW) return null;
  const cloud = parts.find((part) => /[.:]|^localhost$/.test(part));
  if (!cloud) throw wrong("After the words comes the name of the cloud, such as cloud.example.org.");
  const words = parts.filter((part) => part !== cloud);
  const strange = words.find((word) => numberOfWord(word) === undefined);
  if (strange) throw wrong(`“${strange}” is none of the words that invites are made of. Ask what was said there.`);
  if (words.length !== SECRET_WORDS + 1) {
    throw wrong(`An invite has ${SECRET_WORDS + 1} words, and here are ${words.length}.`);
  }
  const provider = providerOf(cloud);
  if (checkWord(words.slice(0, -1), provider) === words.at(-1)) return { words: words.join(" "), provider };
  throw wrong("One of the words, their order or the name of the cloud is not what was said. Go through them again.");
}

function providerOf(cloud: string): string {
  try {
    return looseProvider(cloud);
  } catch (error) {
    if (isAppError(error)) throw wrong(`“${cloud}” is not the name of a cloud. It looks like cloud.example.org.`);
    throw error;
  }
}

const wrong = (message: string): AppError => invalid("INVITE_WORDS_WRONG", message);
