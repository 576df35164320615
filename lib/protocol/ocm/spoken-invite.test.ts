import { describe, expect, it } from "vitest";
import { checkWord, digestWords, WORD_COUNT, wordOf } from "@/lib/protocol/words";
import { findSpokenInvite, newInviteWords } from "./spoken-invite";

const CLOUD = "cloud.example.org";
const SECRET = ["river", "maple", "tunnel", "tiger"];
const WORDS = [...SECRET, checkWord(SECRET, CLOUD)];
const wrong = expect.objectContaining({ code: "INVITE_WORDS_WRONG" });
const read = (words: string[], cloud = CLOUD) => findSpokenInvite(`${words.join(" ")} ${cloud}`);

describe("an invite that was read aloud", () => {
  it("is found however it was written down", () => {
    const found = { words: WORDS.join(" "), provider: CLOUD };

    expect(read(WORDS)).toEqual(found);
    expect(findSpokenInvite(`  ${WORDS.join(", ").toUpperCase()} at ${CLOUD}.`)).toEqual(found);
    expect(findSpokenInvite(`${WORDS.join("\n")}@${CLOUD}`)).toEqual(found);
    expect(findSpokenInvite(`${newInviteWords("localhost:3001")} localhost:3001`)?.provider).toBe("localhost:3001");
  });

  it("is refused whichever one word is another", () => {
    for (const place of WORDS.keys()) {
      for (let number = 0; number < WORD_COUNT; number++) {
        const others = WORDS.with(place, wordOf(number));
        if (others[place] !== WORDS[place]) expect(() => read(others)).toThrow(wrong);
      }
    }
  });

  it("is refused when any two of its words are in each other's place", () => {
    for (const one of WORDS.keys()) {
      for (const other of WORDS.keys()) {
        const [left = "", right = ""] = [WORDS[one], WORDS[other]];
        if (left !== right) expect(() => read(WORDS.with(one, right).with(other, left))).toThrow(wrong);
      }
    }
  });

  it.each([
    ["another cloud", `${WORDS.join(" ")} clod.example.org`],
    ["no cloud", WORDS.join(" ")],
    ["a word too few", `${WORDS.slice(1).join(" ")} ${CLOUD}`],
    ["a word too many", `${WORDS.join(" ")} river ${CLOUD}`],
    ["a word that is none", `${WORDS.with(1, "kandle").join(" ")} ${CLOUD}`],
    ["no cloud's name", `${WORDS.join(" ")} cloud..org`],
  ])("is refused with %s", (_what, text) => {
    expect(() => findSpokenInvite(text)).toThrow(wrong);
  });

  it.each([
    "",
    "hello",
    "abcdef@cloud.example.org",
    "https://cloud.example.org/invite?token=abc",
    "Dear Bob,\nriver ".repeat(9),
  ])("is not seen in %j", (text) => {
    expect(findSpokenInvite(text)).toBeNull();
  });
});

it("makes words of a text that another text does not have", () => {
  expect(digestWords("one", 6)).toHaveLength(6);
  expect(digestWords("one", 6)).toEqual(digestWords("one", 6));
  expect(digestWords("one", 6)).not.toEqual(digestWords("two", 6));
});
