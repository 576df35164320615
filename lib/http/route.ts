import type { z } from "zod";
import { AppError, forbidden } from "@/lib/core/errors";
import type { AppScope, SessionPrincipal, UserPrincipal } from "@/lib/core/principal";
import { limit } from "@/lib/limits/limit";
import { networkOf } from "@/lib/limits/network";
import { fieldsOf } from "@/lib/protocol/form";
import { parseJsonLimited } from "@/lib/protocol/json";
import type { Site } from "@/lib/sites/sites";
import { type Face, problem } from "./faces";
import {
  addressOf,
  type GuardCookie,
  type HeaderReader,
  principalOf,
  requireNoOtherOrigin,
  requireSameOrigin,
  siteOfRequest,
} from "./incoming";

const MAX_BODY = 1_048_576;
/** Somebody who drops a folder with many others in it stays well below. */
const WRITES = { name: "write", max: 1_000, seconds: 60 };

/**
 * Of requests that change something; per account, or per address where public. The name is what is counted: the address
 * of a request may hold an id, and is written in more than one way.
 */
export type WriteLimit = { name: string; max: number; seconds: number };

export type Spec = {
  body?: z.ZodType;
  query?: z.ZodType;
  params?: z.ZodType;
  /** Only for administrators. */
  admin?: true;
  /** Without a session; limited per address. */
  public?: true;
  /** With `public`: also asked by programs, which come from no page. */
  fromPrograms?: true;
  /** Also for programs, with an app password that is for this. */
  scope?: AppScope;
  /** Also while a first password waits to be replaced. */
  withAnyPassword?: true;
  /** Also between the password and the second factor. */
  halfSignedIn?: true;
  limit?: WriteLimit;
};
type Parsed<S> = S extends z.ZodType ? z.output<S> : undefined;
type Sender<S extends Spec> = S["scope"] extends AppScope ? UserPrincipal : SessionPrincipal;
export type Input<S extends Spec> = {
  user: S["public"] extends true ? null : Sender<S>;
  site: Site;
  body: Parsed<S["body"]>;
  query: Parsed<S["query"]>;
  params: Parsed<S["params"]>;
  request: Request;
  /** Of the client. */
  address: string;
};
export type Context = { params?: Promise<unknown> };

/** How an API that is not our own differs from it. */
export type Manner = {
  face?: (error: unknown, context: object) => Face;
  readBody?: (request: Request) => Promise<unknown>;
  guardCookie?: GuardCookie;
};

/**
 * One handler of our JSON API: limits, same origin, session and schemas are seen to before `handle` is called, and
 * whatever it throws goes out as problem+json; or otherwise, in the manner of another API.
 */
export function route<const S extends Spec>(
  spec: S,
  handle: (input: Input<S>) => Promise<Response>,
  { face = problem, ...manner }: Manner = {},
) {
  return async (request: Request, context?: Context): Promise<Response> => {
    const read: HeaderReader = (name) => request.headers.get(name);
    try {
      return await handle((await admit(spec, request, read, manner, context)) as Input<S>);
    } catch (error) {
      const { method, url } = request;
      const context = { requestId: read("x-request-id"), method, path: new URL(url).pathname };
      const { status, headers, body } = face(error, context);
      return new Response(body, { status, headers });
    }
  };
}

async function admit(spec: Spec, request: Request, read: HeaderReader, manner: Manner, context?: Context) {
  const site = await siteOfRequest(read);
  const address = addressOf(read);
  const isWrite = request.method !== "GET" && request.method !== "HEAD";
  const user = await senderOf(spec, { site, read, isWrite, guardCookie: manner.guardCookie });
  if (isWrite || spec.limit) {
    const who = user ? `user:${user.userId}` : `address:${networkOf(address)}`;
    const { name, max, seconds } = spec.limit ?? WRITES;
    await limit({ siteId: site.id, key: `${name}:${who}`, max, seconds });
  }
  const search = new URL(request.url).searchParams;
  const { readBody = readJson } = manner;
  return {
    user,
    site,
    address,
    request,
    params: spec.params?.parse(await context?.params),
    query: spec.query?.parse(fieldsOf(search)),
    body: spec.body?.parse(await readBody(request)),
  };
}

async function senderOf(spec: Spec, asked: Parameters<typeof principalOf>[0]): Promise<UserPrincipal | null> {
  if (spec.public) {
    const guard = spec.fromPrograms ? requireNoOtherOrigin : requireSameOrigin;
    if (asked.isWrite) guard(asked.site, asked.read);
    return null;
  }
  const { scope, withAnyPassword, halfSignedIn } = spec;
  const user = await principalOf({ ...asked, scope, withAnyPassword, halfSignedIn });
  if (spec.admin && !user.isAdmin) throw forbidden("NOT_ADMIN", "Only an administrator may do this.");
  return user;
}

async function readJson(request: Request): Promise<unknown> {
  const bytes = await readBytes(request);
  // Nothing is said: where that says enough, the schema has what it stands for.
  return bytes.length === 0 ? undefined : parseJsonLimited(bytes, { maxBytes: MAX_BODY });
}

/**
 * The body of a request, as large as an API of ours takes.
 *
 * @throws BODY_TOO_LARGE (413)
 */
export async function readBytes(request: Request, maxBytes = MAX_BODY): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.length;
    if (size > maxBytes) throw new AppError(413, "BODY_TOO_LARGE", "This is more than fits into one request.");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
