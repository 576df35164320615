import type { IncomingMessage, ServerResponse } from "node:http";
import { notFound } from "@/lib/core/errors";
import { pathOfTarget } from "@/lib/protocol/dav/path";
import { isOcmShare, openOcmShare } from "./ocm-share";
import { answerError, methodNotAllowed } from "./reply";
import { answerOptions, serveDav } from "./serve";

/** Every request below /dav, and those elsewhere whose method only WebDAV knows. */
export async function handleDav(request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const path = pathOfTarget(request.url ?? "/");
    if (path !== "/dav" && !path.startsWith("/dav/")) throw methodNotAllowed("WebDAV is spoken below /dav only.");
    // Asked before anybody signs in, and the same everywhere.
    if (request.method === "OPTIONS") return await answerOptions({ response });

    if (!isOcmShare(path)) throw notFound("NODE_NOT_FOUND", "There is nothing here.");
    await serveDav(request, response, await openOcmShare(request, path));
  } catch (error) {
    await answerError(request, response, error);
  }
}
