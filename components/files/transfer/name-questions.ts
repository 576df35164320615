import type { Way } from "@/components/files/transfer/transfer-one";
import type { ConflictAnswer } from "@/components/files/upload/upload";

/** What is moved or copied together: an answer can hold for all of it. */
export type Batch = { count: number; forAll: ConflictAnswer | null };
export type NameQuestion = Way & { batch: Batch; settle: (answer: ConflictAnswer) => void };

let questions: readonly NameQuestion[] = [];
const listeners = new Set<() => void>();

/** The one that the person is asked now. It outlives the page on which the work was begun. */
export const currentQuestion = () => questions[0] ?? null;

export function subscribeQuestions(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Waits for what the person says about a name that is taken, one question after the other. */
export function askAboutName(batch: Batch, way: Way): Promise<ConflictAnswer> {
  if (batch.forAll) return Promise.resolve(batch.forAll);
  return new Promise((settle) => change([...questions, { ...way, batch, settle }]));
}

export function answerQuestion(question: NameQuestion, answer: ConflictAnswer, isForAll: boolean): void {
  if (isForAll) question.batch.forAll = answer;
  const isAnswered = (one: NameQuestion) => one === question || (isForAll && one.batch === question.batch);
  const answered = questions.filter(isAnswered);
  change(questions.filter((one) => !isAnswered(one)));
  for (const { settle } of answered) settle(answer);
}

function change(next: readonly NameQuestion[]): void {
  questions = next;
  for (const listener of listeners) listener();
}
