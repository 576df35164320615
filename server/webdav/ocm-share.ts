import type { IncomingMessage } from "node:http";
import { hasCode, unauthenticated } from "@/lib/core/errors";
import type { SharePrincipal } from "@/lib/core/principal";
import { parseBasic } from "@/lib/http/basic";
import { siteOfNodeRequest } from "@/lib/http/node-request";
import { limitOften, requireBelow } from "@/lib/limits/limit-often";
import { networkOf } from "@/lib/limits/network";
import { limitAccess } from "@/lib/sharing/sent/limit-access";
import { requireShare, sharePrincipalOfBearer, sharePrincipalOfSecret } from "@/lib/sharing/sent/share-access";
import { sharedTree } from "@/lib/sharing/sent/shared-tree";
import { thumbnailInShare } from "@/lib/sharing/sent/thumbnail-in-share";
import { authoritiesOf, type DavMount } from "./exchange";

const LOOKS = ["GET", "HEAD", "PROPFIND", "PROPPATCH"];
/** From one address with a token that opens nothing: a cloud renews what was refused, so only who guesses comes here. */
const REFUSALS = 1_000;

/** Below it the shares stand side by side, each under its id. */
const ROOT = "/dav/ocm";

/** Whether an address leads to a share, as far as can be seen of it. */
export const isOcmShare = (path: string) => path === ROOT || path.startsWith(`${ROOT}/`);

/**
 * Opens a sent share, with the rights that it grants at this moment: to whoever holds an access token for it, under its
 * id; to a cloud that knows no exchange by its secret, as a bearer or as the user of Basic, at the root too, since some
 * such clouds ignore every address but that.
 *
 * @throws ACCESS_TOKEN_INVALID (401), SHARE_ENDED (404), SHARE_SUSPENDED (503), TOO_MANY_REQUESTS
 * @see OCM, "Resource Access"
 */
export async function openOcmShare(request: IncomingMessage, path: string): Promise<DavMount> {
  const { authorization = "" } = request.headers;
  const bearer = /^Bearer +([\w\-.~+/]+=*) *$/i.exec(authorization)?.[1];
  const secret = parseBasic(authorization)?.user ?? "";
  if (!bearer && !secret) throw unauthenticated("ACCESS_TOKEN_INVALID", "An access token is needed here.");
  const site = await siteOfNodeRequest(request);
  const named = path.slice(ROOT.length + 1).replace(/\/.*$/s, "");
  const principal = await guessesLimited(site.id, request, () =>
    bearer ? sharePrincipalOfBearer(site.id, named, bearer) : sharePrincipalOfSecret(site.id, secret),
  );
  const { providerId, ownerId: userId, role } = principal;
  limitAccess(principal);
  return {
    tree: sharedTree(principal),
    root: named === providerId ? `${ROOT}/${named}` : ROOT,
    authorities: authoritiesOf(site, request),
    mayBeFile: true,
    canReshare: principal.canReshare,
    ...(role === "editor" && { owner: { siteId: site.id, userId } }),
    thumbnail: (place, signal) => thumbnailInShare(principal, place, signal),
    check: () => requireShare(principal, { toWrite: !LOOKS.includes(request.method ?? "") }),
  };
}

async function guessesLimited(siteId: string, request: IncomingMessage, open: () => Promise<SharePrincipal>) {
  const network = networkOf(String(request.headers["x-tessera-address"]));
  const refusals = { siteId, key: `refused-bearers:address:${network}`, max: REFUSALS };
  requireBelow(refusals);
  try {
    return await open();
  } catch (error) {
    if (hasCode(error, "ACCESS_TOKEN_INVALID")) limitOften(refusals);
    throw error;
  }
}
