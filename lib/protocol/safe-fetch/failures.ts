import { isAppError, peerFailed } from "@/lib/core/errors";

const TIMEOUTS = [
  "UND_ERR_CONNECT_TIMEOUT",
  "UND_ERR_HEADERS_TIMEOUT",
  "UND_ERR_BODY_TIMEOUT",
  "ETIMEDOUT",
  "ESOCKETTIMEDOUT",
];

/** What TLS says of a certificate that does not hold: nobody vouches for it, its time, its names. */
const OF_CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_(?:GET|VERIFY|DECODE)|ALTNAME|HOSTNAME_MISMATCH/;

/**
 * What went wrong with a peer, in our words; also for an error of a streamed body. A cancellation by the caller's own
 * signal stays what it was.
 */
export function asPeerFailure(error: unknown, signal?: AbortSignal): unknown {
  if (signal?.aborted || isAppError(error)) return error;
  const { name, code } = error instanceof Error ? (error as NodeJS.ErrnoException) : { name: "", code: "" };
  if (name === "TimeoutError" || TIMEOUTS.includes(code ?? "")) {
    return peerFailed("PEER_TIMEOUT", "The other cloud did not answer in time.", { cause: error });
  }
  if (OF_CERTIFICATE.test(code ?? "")) {
    return peerFailed("PEER_CERTIFICATE_INVALID", "The certificate of the other cloud is not valid.", { cause: error });
  }
  return peerFailed("PEER_UNREACHABLE", "The other cloud cannot be reached.", { cause: error });
}
