// A request was refused for want of a second factor: whoever made it waits here until the person has shown one.

type Asking = { answered: Promise<boolean>; answer: (isConfirmed: boolean) => void };

let asking: Asking | null = null;
const listeners = new Set<() => void>();

/** Asks the person, once for all who ask at the same time; false if nobody can be asked or he does not want to. */
export function askForSecondFactor(): Promise<boolean> {
  if (listeners.size === 0) return Promise.resolve(false);
  asking ??= begin();
  for (const listener of listeners) listener();
  return asking.answered;
}

export function answerAsking(isConfirmed: boolean): void {
  asking?.answer(isConfirmed);
  asking = null;
  for (const listener of listeners) listener();
}

export function subscribeAsking(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const isAsking = () => asking !== null;

function begin(): Asking {
  let answer: Asking["answer"] = () => {};
  const answered = new Promise<boolean>((resolve) => {
    answer = resolve;
  });
  return { answered, answer };
}
