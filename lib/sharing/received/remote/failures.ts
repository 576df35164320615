import { AppError, conflict, forbidden, hasCode, isAppError, notFound, peerFailed } from "@/lib/core/errors";
import { parseHttpDate } from "@/lib/protocol/dav/headers";
import type { Answer } from "@/lib/protocol/safe-fetch/client";
import { asPeerFailure } from "@/lib/protocol/safe-fetch/failures";

/** Seconds; a cloud that asks for more patience is asked again after an hour all the same. */
const RETRY = { least: 1, usual: 30, most: 3600 };

const LOOKS = ["GET", "PROPFIND"];
const SILENCE = ["PEER_UNREACHABLE", "PEER_TIMEOUT", "PEER_BUSY"];

/** Whether a cloud did not answer: it may have just what it had. What it did answer is heard. */
export const isSilence = (error: unknown): boolean => isAppError(error) && SILENCE.includes(error.code);

type Refusal = Pick<Answer<unknown>, "status"> & Partial<Pick<Answer<unknown>, "headers">>;

/** What an answer of another cloud that is no success means to a person. */
export function failureOf({ status, headers }: Refusal, provider: string, method: string): AppError {
  const isChange = !LOOKS.includes(method);
  switch (status) {
    case 401:
      return peerRefused(provider);
    case 403:
      return isChange ? forbidden("READ_ONLY", `${provider} does not let you change this.`) : peerForbids(provider);
    case 404:
    case 410:
      return notFound("NODE_NOT_FOUND", `This is no longer there on ${provider}.`);
    case 405:
      return notAllowed(provider, method);
    case 409:
      return notFound("NODE_NOT_FOUND", `The folder that it belongs in is no longer there on ${provider}.`);
    case 412:
      return changed(provider);
    case 413:
      return new AppError(413, "FILE_TOO_LARGE", `${provider} does not take files of this size.`);
    case 416:
      return new AppError(416, "RANGE_INVALID", "The file has no such bytes.");
    case 423:
      return new AppError(423, "LOCKED", `Somebody is working on this at ${provider}. Try again later.`);
    case 429:
    case 503:
      return peerBusy(provider, headers?.["retry-after"]);
    case 507:
      return new AppError(507, "QUOTA_EXCEEDED", `There is no space left for this on ${provider}.`);
    default:
      return peerFailed("PEER_FAILED", `${provider} could not do this (it answered ${status}).`);
  }
}

/** The cloud asks to come again later. */
export function peerBusy(provider: string, retryAfter?: string): AppError {
  const date = parseHttpDate(retryAfter);
  const asked = date ? (date.getTime() - Date.now()) / 1000 : Number(retryAfter ?? RETRY.usual);
  const seconds = Number.isFinite(asked) ? Math.ceil(asked) : RETRY.usual;
  return new AppError(503, "PEER_BUSY", `${provider} cannot serve this just now. Try again in a while.`, {
    retryAfter: Math.min(Math.max(seconds, RETRY.least), RETRY.most),
  });
}

/** The cloud answered with something that we cannot use. */
export function peerNotUnderstood(provider: string, cause?: unknown): AppError {
  return peerFailed("PEER_FAILED", `${provider} gave an answer that cannot be understood.`, { cause });
}

/** The cloud takes longer than anybody should wait. */
export function peerLate(provider: string, cause?: unknown): AppError {
  return new AppError(504, "PEER_TIMEOUT", `${provider} does not answer at the moment.`, { cause });
}

/** Gives what the guarded client threw the name of the cloud. A cancellation stays one, unless time caused it. */
export function naming(error: unknown, provider: string, signal?: AbortSignal): unknown {
  const isLate = error instanceof Error && error.name === "TimeoutError";
  const failure = asPeerFailure(error, isLate ? undefined : signal);
  if (hasCode(failure, "PEER_TIMEOUT")) {
    return peerLate(provider, error);
  }
  if (hasCode(failure, "PEER_UNREACHABLE")) {
    return peerFailed("PEER_UNREACHABLE", `${provider} cannot be reached at the moment.`, { cause: error });
  }
  if (hasCode(failure, "PEER_CERTIFICATE_INVALID")) {
    return peerFailed(failure.code, `The certificate of ${provider} is not valid.`, { cause: error });
  }
  return failure;
}

/** 405 says in WebDAV that the method does not fit what stands there. */
function notAllowed(provider: string, method: string): AppError {
  if (method === "MKCOL") return nameTaken();
  if (method === "GET") return conflict("NOT_A_FILE", `${provider} says that this is no file.`);
  if (method === "PROPFIND") return peerFailed("PEER_SHOWS_NOTHING", `${provider} does not say what is there.`);
  return forbidden("READ_ONLY", `${provider} cannot do this here.`);
}

/** It is no longer what it was when it was last looked at. */
export function changed(provider: string): AppError {
  return new AppError(412, "ETAG_MISMATCH", `This was changed on ${provider} in the meantime.`);
}

/** Something stands where something new should. */
export function nameTaken(): AppError {
  return conflict("NAME_TAKEN", "Something of that name is there already.");
}

/** Unlike 401, which is of the key that we show: whoever showed it may not. */
function peerForbids(provider: string): AppError {
  return peerFailed("PEER_FORBIDS", peerRefused(provider).message);
}

function peerRefused(provider: string): AppError {
  return peerFailed("PEER_REFUSED", `${provider} does not let you in here any more.`);
}
