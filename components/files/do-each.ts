import { formatCount } from "@/components/ui/format";

/** What has become of several things: of those that went well the answers, and the first reason why others did not. */
export type Outcome<Thing, Answer> = {
  done: { thing: Thing; answer: Answer }[];
  failed: number;
  reason: string;
};

/** Of many things: each may take a request or more, and a browser has few connections. */
const AT_ONCE = 6;

/** Does the same with several things at once; that one is refused does not stop the others, nor hide what they did. */
export async function doEach<Thing, Answer>(
  things: readonly Thing[],
  work: (thing: Thing) => Promise<Answer>,
): Promise<Outcome<Thing, Answer>> {
  const settled: PromiseSettledResult<{ thing: Thing; answer: Answer }>[] = [];
  const left = things.entries();
  const doNext = async () => {
    for (const [index, thing] of left) {
      const [one] = await Promise.allSettled([work(thing).then((answer) => ({ thing, answer }))]);
      settled[index] = one;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, doNext));
  const done = settled.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  const failures = settled.flatMap((one) => (one.status === "rejected" ? [one.reason] : []));
  const [first] = failures;
  return { done, failed: failures.length, reason: first instanceof Error ? first.message : "Something went wrong." };
}

/** Why something was not done, and with how many of them; null if it was done with all. */
export function failureOf({ done, failed, reason }: Outcome<unknown, unknown>, participle: string): string | null {
  if (failed === 0) return null;
  const total = done.length + failed;
  return total === 1
    ? reason
    : `${failed} of ${formatCount(total, "item", "items")} could not be ${participle}. ${reason}`;
}
