type Line = { running: number; waiting: Set<() => void> };
type Options = {
  /** Of one key. */
  atOnce: number;
  patienceMs: number;
  /** What is thrown at whom it takes too long. */
  tooLate: () => Error;
};

/** Runs works of one key so many at a time; the others wait for their turn, in their order and not for ever. */
export function turns({ atOnce, patienceMs, tooLate }: Options) {
  const lines = new Map<string, Line>();

  return async function inTurn<T>(key: string, work: () => Promise<T>): Promise<T> {
    const line = lines.get(key) ?? { running: 0, waiting: new Set() };
    lines.set(key, line);
    if (line.running < atOnce) line.running++;
    else await turnOf(line);
    try {
      return await work();
    } finally {
      const [next] = line.waiting; // takes over this place
      if (next) next();
      else if (--line.running === 0) lines.delete(key);
    }
  };

  function turnOf({ waiting }: Line): Promise<void> {
    return new Promise((resolve, reject) => {
      const go = () => {
        waiting.delete(go);
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        waiting.delete(go);
        reject(tooLate());
      }, patienceMs);
      waiting.add(go);
    });
  }
}
