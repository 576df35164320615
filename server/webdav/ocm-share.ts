import type { IncomingMessage } from "node:http";
import { hasCode, unauthenticated } from "@/lib/core/errors";
import type { SharePrincipal } from "@/lib/core/principal";
import { siteOfNodeRequest } from "@/lib/http/node-request";
import { limitOften, requireBelow } from "@/lib/limits/limit-often";
import { networkOf } from "@/lib/limits/network";
import { requireShare, sharePrincipalOfBearer } from "@/lib/sharing/sent/share-access";
import { sharedTree } from "@/lib/sharing/sent/shared-tree";
import type { DavMount } from "./exchange";

const LOOKS = ["GET", "HEAD", "PROPFIND", "PROPPATCH"];
/** In a minute, of one share: a cloud that fetches ten thousand files one by one stays below. */
const REQUESTS = 20_000;
/** Of all shares with one cloud together. */
const REQUESTS_OF_PEER = 60_000;
/** From one address with a token that opens nothing: a cloud renews what was refused, so only who guesses comes here. */
const REFUSALS = 1_000;

/**
 * Opens a sent share to whoever holds an access token for it, with the rights that it grants at this moment.
 *
 * @throws ACCESS_TOKEN_INVALID (401), SHARE_ENDED (404), SHARE_SUSPENDED (503), TOO_MANY_REQUESTS
 * @see OCM, "Resource Access"
 */
export async function openOcmShare(request: IncomingMessage, shareId: string): Promise<DavMount> {
  const bearer = /^Bearer +([\w\-.~+/]+=*) *$/i.exec(request.headers.authorization ?? "")?.[1];
  if (!bearer) throw unauthenticated("ACCESS_TOKEN_INVALID", "An access token is needed here.");
  const site = await siteOfNodeRequest(request);
  const principal = await guessesLimited(site.id, request, () => sharePrincipalOfBearer(site.id, shareId, bearer));
  limitOften(`share:${site.id}:${shareId}`, REQUESTS);
  limitOften(`shares:${site.id}:peer:${principal.provider}`, REQUESTS_OF_PEER);
  return {
    tree: sharedTree(principal),
    root: `/dav/ocm/${shareId}`,
    // A single site answers to any name: clients write the one they know into a Destination.
    authorities: [new URL(site.origin).host, request.headers.host?.toLowerCase() ?? ""],
    mayBeFile: true,
    check: () => requireShare(principal, { toWrite: !LOOKS.includes(request.method ?? "") }),
  };
}

async function guessesLimited(siteId: string, request: IncomingMessage, open: () => Promise<SharePrincipal>) {
  const key = `refused-bearers:${siteId}:address:${networkOf(String(request.headers["x-tessera-address"]))}`;
  requireBelow(key, REFUSALS);
  try {
    return await open();
  } catch (error) {
    if (hasCode(error, "ACCESS_TOKEN_INVALID")) limitOften(key, REFUSALS);
    throw error;
  }
}
