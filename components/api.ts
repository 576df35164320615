import { z } from "zod";
import { askForSecondFactor } from "@/components/second-factor/asking";

const Problem = z.object({
  code: z.string().catch("UNKNOWN"),
  detail: z.string().catch("Something went wrong."),
  fields: z.array(z.object({ name: z.string(), message: z.string() })).catch([]),
  retryAfter: z.number().optional().catch(undefined),
});

/** A refusal of our API. `message` and `detail` are the same sentence for people; status 0: it did not answer. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly fields: { name: string; message: string }[];
  readonly retryAfter: number | undefined;

  constructor(status: number, problem: z.infer<typeof Problem>, cause?: unknown) {
    super(problem.detail, { cause });
    this.name = "ApiError";
    this.status = status;
    this.code = problem.code;
    this.detail = problem.detail;
    this.fields = problem.fields;
    this.retryAfter = problem.retryAfter;
  }
}

/** The sentence for one field of a form, if the error has one. */
export function fieldError(error: unknown, name: string): string | undefined {
  return error instanceof ApiError ? error.fields.find((field) => field.name === name)?.message : undefined;
}

/** What to tell when the error concerns no field of the form. */
export function formError(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  return error instanceof ApiError && error.fields.length > 0 ? undefined : error.message;
}

/** Whether the same request may succeed later: nobody answered, or whoever did failed. A refusal stays one. */
export function canTryAgain(error: Error): boolean {
  return !(error instanceof ApiError) || error.status === 0 || error.status === 429 || error.status >= 500;
}

/** A request with a body of JSON, for `api`. */
export const send = (method: string, body: unknown = {}): RequestInit => ({ method, body: JSON.stringify(body) });

/** What a browser sees through although the page is left: it takes 64 kB of such at a time. */
const LASTING = 4096;

/** A click that changed something counts also for whoever goes on to another page at once. */
const isChange = ({ method = "GET", body }: RequestInit) =>
  method !== "GET" && (!body || (typeof body === "string" && body.length <= LASTING));

/** Asks our API and parses what it answers (`undefined` when it has nothing to say). Throws ApiError. */
export async function api<S extends z.ZodType>(schema: S, path: string, init: RequestInit = {}): Promise<z.output<S>> {
  const headers = new Headers(init.headers);
  headers.set("accept", "application/json");
  if (typeof init.body === "string") headers.set("content-type", "application/json");

  const response = await fetchConfirmed(path, { keepalive: isChange(init), ...init, headers }).catch(
    (cause: unknown) => {
      throw init.signal?.aborted ? cause : unreachable(cause);
    },
  );
  if (!response.ok) throw await refusal(response);

  return understand(schema, response.status, await response.text());
}

/** A page that is older than the server may not know what it says: no matter for the reader but to load it anew. */
function understand<S extends z.ZodType>(schema: S, status: number, text: string): z.output<S> {
  try {
    return schema.parse(text === "" ? undefined : JSON.parse(text));
  } catch (cause) {
    const detail = "This page does not understand what your cloud answered. Reload the page.";
    throw new ApiError(status, { code: "ANSWER_UNKNOWN", detail, fields: [] }, cause);
  }
}

/** As `fetch`; where a second factor is wanting the person is asked for it, and then it goes on. */
export async function fetchConfirmed(path: string, init: RequestInit = {}): Promise<Response> {
  const response = await fetch(path, init);
  if (response.status !== 403) return response;
  const isAnswered = await confirmFor(problemError(403, await response.clone().text()));
  return isAnswered ? fetchConfirmed(path, init) : response;
}

/** Whether the refusal was for want of a second factor, and the person has shown one now. */
export async function confirmFor({ code }: ApiError): Promise<boolean> {
  return code === "SECOND_FACTOR_REQUIRED" && askForSecondFactor();
}

/** `/api/x?a=1`, leaving out what is absent. */
export function urlOf(path: string, query: Record<string, string | number | null | undefined>): string {
  const present = Object.entries(query).filter(([, value]) => value !== null && value !== undefined);
  const text = new URLSearchParams(present.map(([name, value]) => [name, String(value)])).toString();
  return text === "" ? path : `${path}?${text}`;
}

/** The error that an answer of ours stands for; a lost session leads to the sign-in page and back. */
export async function refusal(response: Response): Promise<ApiError> {
  if (response.status === 401) goToSignIn();
  return problemError(response.status, await response.text().catch(() => ""));
}

/** The same for answers that did not come by `fetch`, as those of uploads. */
export function problemError(status: number, body: string): ApiError {
  return new ApiError(status, Problem.parse(parseJson(body)));
}

export function unreachable(cause?: unknown): ApiError {
  const detail = "Your cloud cannot be reached. Check the connection, then try again.";
  return new ApiError(0, { code: "UNREACHABLE", detail, fields: [], retryAfter: undefined }, cause);
}

export function goToSignIn(): void {
  const { pathname, search } = window.location;
  if (pathname === "/sign-in") return;
  window.location.assign(`/sign-in?next=${encodeURIComponent(pathname + search)}`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
}
