/** How many a second, when so many are under way at once. */
export async function rate(count: number, atOnce: number, one: (n: number) => Promise<unknown>): Promise<number> {
  let next = 0;
  const start = performance.now();
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (next < count) await one(next++);
    }),
  );
  return count / ((performance.now() - start) / 1000);
}

/** The same for so many milliseconds; who is at it, and how often it was done before, is told to `one`. */
export async function rateFor(
  ms: number,
  atOnce: number,
  one: (who: number, n: number) => Promise<unknown>,
): Promise<number> {
  let done = 0;
  const start = performance.now();
  await Promise.all(
    Array.from({ length: atOnce }, async (_, who) => {
      for (let n = 0; performance.now() - start < ms; n++, done++) await one(who, n);
    }),
  );
  return done / ((performance.now() - start) / 1000);
}
