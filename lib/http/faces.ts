import { STATUS_CODES } from "node:http";
import { z } from "zod";
import { AppError, invalid, isAppError } from "@/lib/core/errors";
import { logger } from "@/lib/core/logger";

/** An error as it goes out: for `new Response(body, …)` and for `res.writeHead(status, headers).end(body)`. */
export type Face = { status: number; headers: Record<string, string>; body: string };

/**
 * What an error is to whoever asked: an expected failure as it is, a body that does not fit its schema with the
 * fields, and anything else a bug, which is logged with its stack and told to nobody.
 */
export function expectedError(error: unknown, context: object = {}): AppError {
  if (isAppError(error)) return error;
  if (error instanceof z.ZodError) return validationFailed(error);
  logger("http").error({ err: error, ...context }, "unexpected error");
  return new AppError(
    500,
    "INTERNAL",
    "Something went wrong on this cloud. Nothing you can do about it; try again later.",
  );
}

/** `Retry-After`, where the error says when trying again makes sense. */
export function retryHeaders({ retryAfter }: AppError): Record<string, string> {
  return retryAfter === undefined ? {} : { "retry-after": String(retryAfter) };
}

/** What a program can prove itself with. @see RFC 9110, section 11.6.1 */
export const CHALLENGE = { "www-authenticate": 'Basic realm="Tessera", charset="UTF-8", Bearer realm="Tessera"' };

/** Only for who sent such a header: on this sign a browser would ask its user for a password of its own accord. */
const challengeHeaders = ({ code }: AppError) => (code === "APP_PASSWORD_WRONG" ? CHALLENGE : {});

/**
 * The face of our own API: problem+json.
 *
 * @see RFC 9457
 */
export function problem(error: unknown, context?: object): Face {
  const expected = expectedError(error, context);
  const { status, code, message: detail, fields, retryAfter } = expected;
  const body = {
    type: "about:blank",
    title: STATUS_CODES[status] ?? "Error",
    status,
    code,
    detail,
    fields,
    retryAfter,
  };
  return {
    status,
    headers: {
      "content-type": "application/problem+json",
      "cache-control": "no-store",
      ...retryHeaders(expected),
      ...challengeHeaders(expected),
    },
    body: JSON.stringify(body),
  };
}

function validationFailed(error: z.ZodError): AppError {
  const fields = error.issues.map(({ path, message }) => ({ name: path.join("."), message }));
  return invalid("VALIDATION_FAILED", fields[0]?.message ?? "This is not what was asked for.", { fields });
}
