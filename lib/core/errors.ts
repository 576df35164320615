/** The field of a form that an error concerns, in the words of the schema, with a sentence for people. */
export type FieldError = { name: string; message: string };

export type Extras = {
  cause?: unknown;
  fields?: FieldError[];
  /** Seconds after which trying again makes sense. */
  retryAfter?: number;
};

/** Told by a brand: the server and the Next bundle load this module twice, so `instanceof` would lie. */
const BRAND = Symbol.for("tessera.AppError");

/** An expected failure. `code` is stable and public; `message` is for people. */
export class AppError extends Error {
  readonly [BRAND] = true;
  readonly fields: FieldError[] | undefined;
  readonly retryAfter: number | undefined;

  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    extras: Extras = {},
  ) {
    super(message, { cause: extras.cause });
    this.name = "AppError";
    this.fields = extras.fields;
    this.retryAfter = extras.retryAfter;
  }
}

/** Whether this is an expected failure, whichever module graph threw it. */
export function isAppError(error: unknown): error is AppError {
  return typeof error === "object" && error !== null && BRAND in error;
}

/** Whether this is the expected failure with that code. */
export function hasCode(error: unknown, code: string): error is AppError {
  return isAppError(error) && error.code === code;
}

type Make = (code: string, message: string, extras?: Extras) => AppError;
const make =
  (status: number): Make =>
  (code, message, extras) =>
    new AppError(status, code, message, extras);

/** 400: what was sent cannot be understood or is not allowed to be said. */
export const invalid = make(400);
/** 401: nobody is signed in, or the proof does not hold. */
export const unauthenticated = make(401);
/** 403: known, but not allowed. */
export const forbidden = make(403);
/** 404: absent, or not yours: the two are never told apart. */
export const notFound = make(404);
/** 409: it contradicts the present state. */
export const conflict = make(409);
/** 429: too often; give `retryAfter`. */
export const tooMany = make(429);
/** 502: another cloud failed us. */
export const peerFailed = make(502);
