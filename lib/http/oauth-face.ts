import type { AppError } from "@/lib/core/errors";
import { type Face, retryHeaders } from "@/lib/http/faces";

const CODES = ["INVALID_REQUEST", "INVALID_CLIENT", "INVALID_GRANT", "UNAUTHORIZED_CLIENT", "UNSUPPORTED_GRANT_TYPE"];

/**
 * The face of a token endpoint. What the RFC has no word for keeps its status, so that a passing fault is never taken
 * for a refusal.
 *
 * @see RFC 6749, section 5.2
 */
export function oauthFace(error: AppError): Face {
  const { status, code, message } = error;
  const headers = { "content-type": "application/json", "cache-control": "no-store", ...retryHeaders(error) };
  const body = JSON.stringify({ error: wordFor(status, code), error_description: message });
  return { status, headers, body };
}

function wordFor(status: number, code: string): string {
  if (CODES.includes(code)) return code.toLowerCase();
  if (status === 401) return "invalid_client";
  if (status === 403) return "unauthorized_client";
  return status >= 500 || status === 429 ? "temporarily_unavailable" : "invalid_request";
}
