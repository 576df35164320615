import { afterEach, expect, it } from "vitest";
import { answerAsking, askForSecondFactor, isAsking, subscribeAsking } from "./asking";

let stop = () => {};
afterEach(() => stop());

it("asks once for all who wait, and each goes on with the answer", async () => {
  let heard = 0;
  stop = subscribeAsking(() => heard++);

  const waiting = [askForSecondFactor(), askForSecondFactor()];
  expect(isAsking()).toBe(true);
  answerAsking(true);

  expect(await Promise.all(waiting)).toEqual([true, true]);
  expect([isAsking(), heard]).toEqual([false, 3]);
});

it("asks again after a no", async () => {
  stop = subscribeAsking(() => {});

  const first = askForSecondFactor();
  answerAsking(false);
  const second = askForSecondFactor();
  answerAsking(true);

  expect([await first, await second]).toEqual([false, true]);
});

it("keeps nobody waiting where nobody can be asked", async () => {
  expect(await askForSecondFactor()).toBe(false);
  expect(isAsking()).toBe(false);
});
