import { expect, it } from "vitest";
import { answerQuestion, askAboutName, type Batch, currentQuestion } from "./name-questions";

const way = (name: string) => ({ from: `/a/${name}`, to: `/b/${name}` });
const newBatch = (): Batch => ({ count: 3, forAll: null });

function answerNext(answer: Parameters<typeof answerQuestion>[1], isForAll = false) {
  const question = currentQuestion();
  if (!question) throw new Error("Nothing is asked.");
  answerQuestion(question, answer, isForAll);
  return question.to;
}

it("asks one question after the other", async () => {
  const batch = newBatch();
  const answers = Promise.all([askAboutName(batch, way("1")), askAboutName(batch, way("2"))]);

  expect([answerNext("skip"), answerNext("replace")]).toEqual(["/b/1", "/b/2"]);

  expect(await answers).toEqual(["skip", "replace"]);
  expect(currentQuestion()).toBeNull();
});

it("takes an answer for all that goes together, asked already or not, and for nothing else", async () => {
  const [batch, other] = [newBatch(), newBatch()];
  const answers = Promise.all([askAboutName(batch, way("1")), askAboutName(batch, way("2"))]);
  const apart = askAboutName(other, way("3"));

  answerNext("keep-both", true);

  expect(await answers).toEqual(["keep-both", "keep-both"]);
  expect(await askAboutName(batch, way("4"))).toBe("keep-both");
  expect(answerNext("skip")).toBe("/b/3");
  expect(await apart).toBe("skip");
});
