import { isAppError } from "@/lib/core/errors";
import type { Answer } from "@/lib/delivery/call-provider";

/** Why a delivery failed. */
export type Failure = {
  /** For people. */
  sentence: string;
  /** For the log. */
  reason: string;
  /** Trying again would not help. */
  isFinal: boolean;
  /** What is the matter with the cloud, so that it is likely to fail at everything else; null: nothing that is known. */
  fault: "silent" | "failing" | null;
  /** What its answer says of the cloud, if there was one and no fault: that it is well, or nothing. */
  answered?: "well" | "unclear";
  /** The rule of this site forbids to ask that cloud at all. */
  isForbidden: boolean;
  /** Seconds that the peer asked for. */
  retryAfter: number | null;
  /** It was not even tried: the cloud has failed so often that it is left alone. */
  isUntried?: boolean;
};

const FIRST_DELAY_S = 5;
const LONGEST_DELAY_S = 3600;
const PASSING = [401, 408, 421, 425, 429];

const NOBODY = "The other cloud knows nobody of this address.";
const SENTENCES: Record<number, string> = {
  400: "The other cloud did not understand it.",
  401: "The other cloud could not verify that it comes from here.",
  403: "The other cloud does not accept this from here.",
  404: "The other cloud does not know this person or share.",
  410: "On the other cloud this is over.",
  429: "The other cloud is busy.",
  501: "The other cloud does not support this.",
};

/** What a refusal by the peer means. */
export function failureOfAnswer({ status, json, retryAfter }: Answer): Failure {
  const isPassing = status < 400 || PASSING.includes(status) || (status >= 500 && status !== 501);
  const usual = SENTENCES[status] ?? `The other cloud answered with an error (${status}).`;
  const sentence = status === 400 && namesRecipient(json) ? NOBODY : usual;
  const fault = isPassing && (status >= 500 || status === 429 || status === 408) ? "failing" : null;
  const answered = fault ? undefined : "well";
  return { sentence, reason: `status-${status}`, isFinal: !isPassing, fault, answered, isForbidden: false, retryAfter };
}

/**
 * The same of an error with which a cloud answers when it knows nothing of what it was told: neither that it is ill, nor
 * that it is well.
 */
export const ofThisAlone = (failure: Failure, sentence: string): Failure => ({
  ...failure,
  sentence,
  reason: `own-${failure.reason}`,
  fault: null,
  answered: "unclear",
});

/** Whether the sentence of a failure says that there is nobody for whom it was. */
export const meansNobody = (sentence: string) => sentence === NOBODY || sentence === SENTENCES[404];

/** Whether a refusal is about whom it was for. @see OCM spec.yaml, "400" */
function namesRecipient(json: unknown): boolean {
  const { validationErrors } = (json ?? {}) as { validationErrors?: unknown };
  return Array.isArray(validationErrors) && validationErrors.some((error) => error?.name === "shareWith");
}

/** What it means that there was no answer. */
export function failureOfError(error: unknown): Failure {
  if (!isAppError(error)) {
    const sentence = "Something went wrong on this side.";
    return { sentence, reason: "broken", isFinal: false, fault: null, isForbidden: false, retryAfter: null };
  }
  const { message: sentence, code: reason, retryAfter = null } = error;
  const isForbidden = reason === "PROVIDER_NOT_TRUSTED" || reason === "SITE_DISABLED";
  // A conflict is ours: what is to be told cannot be told to this cloud, however often.
  const isFinal = error.status === 409;
  const fault = isFinal || isForbidden ? null : "silent";
  return { sentence, reason, isFinal, fault, isForbidden, retryAfter };
}

/**
 * Milliseconds until the next try: 5 s, doubling up to an hour, spread so that a cloud that comes back is not met by
 * everybody at once. `retryAfter` is honoured up to an hour.
 */
export function nextDelay(attempts: number, retryAfter: number | null, random = Math.random()): number {
  const growing = Math.min(FIRST_DELAY_S * 2 ** Math.max(0, attempts - 1), LONGEST_DELAY_S);
  const spread = growing * (0.75 + random / 2);
  return 1000 * Math.max(spread, Math.min(retryAfter ?? 0, LONGEST_DELAY_S));
}
