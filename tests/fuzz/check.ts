import fc from "fast-check";
import { expect, it } from "vitest";
import { isAppError } from "@/lib/core/errors";
import { SEED } from "./inputs";

const RUNS = 400;

/** A test that something holds of so many inputs. `FUZZ_RUNS=100000` looks further. */
export function holds<Input>(
  what: string,
  input: fc.Arbitrary<Input>,
  property: (input: Input) => unknown,
  runs = RUNS,
): void {
  const numRuns = Number(process.env.FUZZ_RUNS ?? runs);
  it(`${what} (seed ${SEED})`, async () => {
    const held = fc.asyncProperty(input, async (value) => void (await property(value)));
    await fc.assert(held, { seed: SEED, numRuns });
  });
}

/**
 * What a parser makes of an input, or undefined where it refuses it as it may: with an error for who sent it, or one
 * of the other cloud (502) or of what we do not support (501) where the parser says so.
 */
export async function refusesOrReads<Result>(
  parse: () => Result | Promise<Result>,
  { alsoRefusedAs = [] as number[] } = {},
): Promise<Result | undefined> {
  try {
    return await parse();
  } catch (error) {
    if (!isAppError(error)) throw error;
    const { status } = error;
    expect((status >= 400 && status < 500) || alsoRefusedAs.includes(status), `${status} ${error.code}`).toBe(true);
    return undefined;
  }
}
