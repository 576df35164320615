import type { IncomingMessage } from "node:http";
import type { AppPrincipal, SessionPrincipal, UserPrincipal } from "@/lib/core/principal";
import type { Site } from "@/lib/sites/sites";
import { appPrincipalOf, type HeaderReader, principalOf, sessionPrincipalOf, siteOfRequest } from "./incoming";

const readerOf = (req: IncomingMessage): HeaderReader => {
  return (name) => {
    const value = req.headers[name];
    return Array.isArray(value) ? value.join(", ") : value;
  };
};

/** The site that a request in server/ is for. */
export function siteOfNodeRequest(req: IncomingMessage): Promise<Site> {
  return siteOfRequest(readerOf(req));
}

/**
 * Who sends this request, in a browser; one that changes something must come from a page of ours.
 *
 * @throws NOT_SIGNED_IN, PASSWORD_CHANGE_REQUIRED, TOO_MANY_REQUESTS, CROSS_ORIGIN
 */
export async function sessionOfRequest(req: IncomingMessage): Promise<SessionPrincipal> {
  return sessionPrincipalOf(await asked(req));
}

/**
 * The same, or for whom a program sends it with an app password that is for files.
 *
 * @throws what `sessionOfRequest` throws; APP_PASSWORD_WRONG, APP_PASSWORD_NOT_FOR_THIS
 */
export async function principalOfRequest(req: IncomingMessage): Promise<UserPrincipal> {
  return principalOf({ ...(await asked(req)), scope: "files" });
}

/**
 * The same, where a program must send one and a browser's sign-in opens nothing.
 *
 * @throws APP_PASSWORD_WRONG, APP_PASSWORD_NOT_FOR_THIS, CROSS_ORIGIN, TOO_MANY_REQUESTS
 */
export async function appOfRequest(req: IncomingMessage): Promise<AppPrincipal> {
  return appPrincipalOf({ ...(await asked(req)), scope: "files" });
}

async function asked(req: IncomingMessage) {
  const read = readerOf(req);
  return { read, site: await siteOfRequest(read), isWrite: req.method !== "GET" && req.method !== "HEAD" };
}
