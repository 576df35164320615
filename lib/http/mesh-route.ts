import { CHALLENGE, expectedError, type Face, retryHeaders } from "./faces";
import { type Input, route, type Spec } from "./route";
import { readToolInput } from "./tool-input";

const CODES: Record<number, string> = {
  400: "INVALID_PARAMETER",
  401: "UNAUTHENTICATED",
  403: "UNTRUSTED_SERVICE",
  404: "RESOURCE_NOT_FOUND",
  409: "ALREADY_EXIST",
  501: "FUNCTION_NOT_IMPLEMENTED",
  502: "PROVIDER_ERROR",
  503: "PROVIDER_ERROR",
  504: "PROVIDER_ERROR",
};

/**
 * One handler of the sciencemesh API: for whoever is signed in, and for programs with an app password for shares. Fields
 * may come as JSON, as a form or in the query.
 */
export function meshRoute<const S extends Spec>(
  spec: S,
  handle: (input: Input<S & { scope: "shares" }>) => Promise<Response>,
) {
  return route({ ...spec, scope: "shares" as const }, handle, { face: meshFace, readBody: readToolInput });
}

/** An error as the sciencemesh API tells it: one of its codes, and a sentence. */
export function meshFace(error: unknown, context: object): Face {
  const expected = expectedError(error, context);
  const { status, message } = expected;
  const challenge = status === 401 ? CHALLENGE : {};
  return {
    status,
    headers: {
      "content-type": "application/json",
      "cache-control": "no-store",
      ...retryHeaders(expected),
      ...challenge,
    },
    body: JSON.stringify({ code: CODES[status] ?? (status < 500 ? expected.code : "SERVER_ERROR"), message }),
  };
}
