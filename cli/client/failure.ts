/** How the program ends. docs/command-line.md has the same list. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  notSignedIn: 3,
  notFound: 4,
  refused: 5,
  conflict: 6,
  unreachable: 7,
} as const;

/** What a refusal of the API says, as far as a script wants it. */
export type Refusal = { status: number; code: string };

/** A failure that a person can act on: its sentence is printed, and the program ends with its code. */
export class Failure extends Error {
  constructor(
    readonly exit: number,
    sentence: string,
    readonly refusal?: Refusal,
  ) {
    super(sentence);
  }
}

export const wrongUsage = (sentence: string) => new Failure(EXIT.usage, sentence);

const BY_STATUS: Record<number, number> = {
  401: EXIT.notSignedIn,
  403: EXIT.refused,
  404: EXIT.notFound,
  409: EXIT.conflict,
  410: EXIT.notFound,
  412: EXIT.conflict,
  423: EXIT.conflict,
  429: EXIT.unreachable,
  502: EXIT.unreachable,
  503: EXIT.unreachable,
  504: EXIT.unreachable,
};

/** The exit code for a status of HTTP. */
export const exitOf = (status: number): number => BY_STATUS[status] ?? EXIT.failed;

/** The sentence for anything that was thrown. */
export const sentenceOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

export const hasCode = (error: unknown, ...codes: string[]): boolean =>
  error instanceof Failure && codes.includes(error.refusal?.code ?? "");
