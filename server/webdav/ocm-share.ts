import type { IncomingMessage } from "node:http";
import { unauthenticated } from "@/lib/core/errors";
import { siteOfNodeRequest } from "@/lib/http/node-request";
import { limitHere } from "@/lib/limits/limit-here";
import { requireShare, sharePrincipalOfBearer } from "@/lib/sharing/sent/share-access";
import { sharedTree } from "@/lib/sharing/sent/shared-tree";
import type { DavMount } from "./exchange";

/** In a minute, of one share: a cloud that fetches ten thousand files one by one stays below. */
const REQUESTS = 20_000;

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
  const principal = await sharePrincipalOfBearer(site.id, shareId, bearer);
  limitHere(`share:${site.id}:${shareId}`, REQUESTS);
  return {
    tree: sharedTree(principal),
    root: `/dav/ocm/${shareId}`,
    // A single site answers to any name: clients write the one they know into a Destination.
    authorities: [new URL(site.origin).host, request.headers.host?.toLowerCase() ?? ""],
    mayBeFile: true,
    check: () => requireShare(site.id, shareId),
  };
}
