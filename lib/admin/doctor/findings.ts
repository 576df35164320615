import type { Finding } from "./schema";

type Mend = { here?: string; there?: string };
const found =
  (state: Finding["state"]) =>
  (seen: string | string[], meaning: string, mend: Mend = {}): Finding => ({
    state,
    seen: [seen].flat(),
    meaning,
    ...mend,
  });

/** It is as it should be. */
export const fine = found("ok");
/** It works, but not as well as it could, or not for long. */
export const doubtful = found("warning");
/** It does not work. */
export const broken = found("failed");
/** There is nothing to try. */
export const needless = found("skipped");
