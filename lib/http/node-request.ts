import type { IncomingMessage } from "node:http";
import type { UserPrincipal } from "@/lib/core/principal";
import type { Site } from "@/lib/sites/sites";
import {
  findSessionOfRequest,
  type HeaderReader,
  limitRequests,
  requireLive,
  requireSameOrigin,
  siteOfRequest,
} from "./incoming";

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
 * Who sends this request; one that changes something must come from a page of ours.
 *
 * @throws NOT_SIGNED_IN, PASSWORD_CHANGE_REQUIRED, TOO_MANY_REQUESTS, CROSS_ORIGIN
 */
export async function principalOfRequest(req: IncomingMessage): Promise<UserPrincipal> {
  const read = readerOf(req);
  const site = await siteOfRequest(read);
  const user = requireLive(await findSessionOfRequest(site, read));
  limitRequests(user);
  if (req.method !== "GET" && req.method !== "HEAD") requireSameOrigin(site, read);
  return user;
}
