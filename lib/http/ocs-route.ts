import { forbidden, notFound } from "@/lib/core/errors";
import { type OcsMeta, type OcsValue, ocsEnvelope } from "@/lib/protocol/ocs/envelope";
import { CHALLENGE, expectedError, type Face, retryHeaders } from "./faces";
import { type GuardCookie, requireNoOtherOrigin } from "./incoming";
import { type Context, type Input, route, type Spec } from "./route";
import { readToolInput } from "./tool-input";

/** Which of the two forms of the API was asked, and in which the answer is wanted. */
type Style = { version: "v1.php" | "v2.php"; isKnown: boolean; isJson: boolean };

/**
 * One handler of the Open Collaboration Services: for programs with an app password for shares, and for whoever is signed
 * in and sends `OCS-APIRequest`, which no page of another origin can. What `handle` returns is the data of the answer.
 */
export function ocsRoute<const S extends Spec>(
  spec: S,
  handle: (input: Input<S & { scope: "shares" }>) => Promise<OcsValue>,
) {
  return async (request: Request, context?: Context): Promise<Response> => {
    const style = styleOf(request.url, request.headers.get("accept"));
    const answer = route(
      { ...spec, scope: "shares" as const },
      async (input) => {
        if (!style.isKnown) throw noSuchPath();
        return respond(style, { status: 200, headers: {} }, OK[style.version], await handle(input));
      },
      { face: (error, facts) => faceOfError(style, error, facts), readBody: readToolInput, guardCookie },
    );
    return answer(request, context);
  };
}

/** What is said of a path that leads nowhere. */
export const noSuchPath = () => notFound("NO_SUCH_PATH", "There is nothing at this address.");

const OK: Record<Style["version"], OcsMeta> = {
  "v1.php": { status: "ok", statuscode: 100, message: "OK" },
  "v2.php": { status: "ok", statuscode: 200, message: "OK" },
};

const guardCookie: GuardCookie = (site, read, isWrite) => {
  if (read("ocs-apirequest")?.toLowerCase() !== "true") {
    throw forbidden("OCS_HEADER_MISSING", "With a cookie the header OCS-APIRequest: true is needed.");
  }
  if (isWrite) requireNoOtherOrigin(site, read);
};

function styleOf(url: string, accept: string | null | undefined): Style {
  const { pathname, searchParams } = new URL(url, "http://localhost");
  const isJson = (searchParams.get("format") ?? (accept?.includes("application/json") ? "json" : "xml")) === "json";
  const version = pathname.startsWith("/ocs/v1.php/") ? "v1.php" : "v2.php";
  return { version, isKnown: pathname.startsWith(`/ocs/${version}/`), isJson };
}

/** An error as the Open Collaboration Services tell it, in the form that was asked for. */
export function ocsFace(url: string, accept: string | undefined, error: unknown, facts: object): Face {
  return faceOfError(styleOf(url, accept), error, facts);
}

/** In the first form nearly all is 200 to HTTP, and only the envelope tells. */
function faceOfError(style: Style, error: unknown, facts: object): Face {
  const expected = expectedError(error, facts);
  const { status, message } = expected;
  const isTold = style.version === "v2.php" || status === 401 || status === 429;
  const headers = { ...retryHeaders(expected), ...(status === 401 && CHALLENGE) };
  const meta = { status: "failure", statuscode: codeOf(status, expected.code), message } as const;
  return faceOf(style, { status: isTold ? status : 200, headers }, meta, []);
}

function codeOf(status: number, code: string): number {
  if (code === "NO_SUCH_PATH") return 998;
  if (status === 401) return 997;
  return status >= 500 ? 996 : status;
}

type Head = Pick<Face, "status" | "headers">;

function faceOf({ isJson }: Style, { status, headers }: Head, meta: OcsMeta, data: OcsValue): Face {
  const type = `application/${isJson ? "json" : "xml"}; charset=utf-8`;
  const body = ocsEnvelope(meta, data, { isJson });
  return { status, headers: { "content-type": type, "cache-control": "no-store", ...headers }, body };
}

function respond(...answer: Parameters<typeof faceOf>): Response {
  const { status, headers, body } = faceOf(...answer);
  return new Response(body, { status, headers });
}
