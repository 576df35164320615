import type { z } from "zod";
import { AppError, forbidden } from "@/lib/core/errors";
import type { UserPrincipal } from "@/lib/core/principal";
import { findBegunSession, findSession } from "@/lib/identity/sessions";
import { limit } from "@/lib/limits/limit";
import { networkOf } from "@/lib/limits/network";
import { parseJsonLimited } from "@/lib/protocol/json";
import type { Site } from "@/lib/sites/sites";
import { problem } from "./faces";
import {
  findSessionOfRequest,
  type HeaderReader,
  limitRequests,
  requireLive,
  requireSameOrigin,
  siteOfRequest,
} from "./incoming";

const MAX_BODY = 1_048_576;
/** Somebody who drops a folder with many others in it stays well below. */
const WRITES = { name: "write", max: 1_000, seconds: 60 };

type Spec = {
  body?: z.ZodType;
  query?: z.ZodType;
  params?: z.ZodType;
  /** Only for administrators. */
  admin?: true;
  /** Without a session; limited per address. */
  public?: true;
  /** Also while a first password waits to be replaced. */
  withAnyPassword?: true;
  /** Also between the password and the second factor. */
  halfSignedIn?: true;
  /**
   * Of requests that change something; per account, or per address where public. The name is what is counted: the
   * address of a request may hold an id, and is written in more than one way.
   */
  limit?: { name: string; max: number; seconds: number };
};
type Parsed<S> = S extends z.ZodType ? z.output<S> : undefined;
type Input<S extends Spec> = {
  user: S["public"] extends true ? null : UserPrincipal;
  site: Site;
  body: Parsed<S["body"]>;
  query: Parsed<S["query"]>;
  params: Parsed<S["params"]>;
  request: Request;
  /** Of the client. */
  address: string;
};
type Context = { params?: Promise<unknown> };

/**
 * One handler of our JSON API: limits, same origin, session and schemas are seen to before `handle` is called, and
 * whatever it throws goes out as problem+json.
 */
export function route<const S extends Spec>(spec: S, handle: (input: Input<S>) => Promise<Response>) {
  return async (request: Request, context?: Context): Promise<Response> => {
    const read: HeaderReader = (name) => request.headers.get(name);
    try {
      return await handle((await admit(spec, request, read, context)) as Input<S>);
    } catch (error) {
      const { method, url } = request;
      const context = { requestId: read("x-request-id"), method, path: new URL(url).pathname };
      const { status, headers, body } = problem(error, context);
      return new Response(body, { status, headers });
    }
  };
}

async function admit(spec: Spec, request: Request, read: HeaderReader, context?: Context) {
  const site = await siteOfRequest(read);
  const address = read("x-tessera-address") ?? "unknown";
  const isWrite = request.method !== "GET" && request.method !== "HEAD";
  if (isWrite) requireSameOrigin(site, read);
  const user = spec.public ? null : await signedIn(spec, site, read);
  if (user) limitRequests(user);
  if (isWrite || spec.limit) {
    const who = user ? `user:${user.userId}` : `address:${networkOf(address)}`;
    const { name, max, seconds } = spec.limit ?? WRITES;
    await limit({ key: `${name}:${site.id}:${who}`, max, seconds });
  }
  const search = new URL(request.url).searchParams;
  return {
    user,
    site,
    address,
    request,
    params: spec.params?.parse(await context?.params),
    query: spec.query?.parse(Object.fromEntries(search)),
    body: spec.body?.parse(await readJson(request)),
  };
}

async function signedIn(spec: Spec, site: Site, read: HeaderReader): Promise<UserPrincipal> {
  const session = await findSessionOfRequest(site, read, spec.halfSignedIn ? findBegunSession : findSession);
  const user = session && (spec.withAnyPassword || spec.halfSignedIn) ? session.user : requireLive(session);
  if (spec.admin && !user.isAdmin) throw forbidden("NOT_ADMIN", "Only an administrator may do this.");
  return user;
}

async function readJson(request: Request): Promise<unknown> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.length;
    if (size > MAX_BODY) throw new AppError(413, "BODY_TOO_LARGE", "This is more than fits into one request.");
    chunks.push(chunk);
  }
  // Nothing is said: where that says enough, the schema has what it stands for.
  return size === 0 ? undefined : parseJsonLimited(Buffer.concat(chunks), { maxBytes: MAX_BODY });
}
