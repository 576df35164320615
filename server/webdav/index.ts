import type { IncomingMessage, ServerResponse } from "node:http";
import { notFound } from "@/lib/core/errors";
import { pathOfTarget } from "@/lib/protocol/dav/path";
import type { DavMount } from "./exchange";
import { isFiles, openFiles } from "./files";
import { isOcmShare, openOcmShare } from "./ocm-share";
import { answerError, methodNotAllowed } from "./reply";
import { answerOptions, serveDav } from "./serve";

/** Every request below /dav, and those elsewhere whose method only WebDAV knows. */
export async function handleDav(request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const path = pathOfTarget(request.url ?? "/");
    if (path !== "/dav" && !path.startsWith("/dav/")) throw methodNotAllowed("WebDAV is spoken below /dav only.");
    // Asked before anybody signs in, and the same for all.
    if (request.method === "OPTIONS") return await answerOptions({ request, response });
    await serveDav(request, response, await open(request, path));
  } catch (error) {
    await answerError(request, response, error);
  }
}

function open(request: IncomingMessage, path: string): Promise<DavMount> {
  if (isFiles(path)) return openFiles(request, path);
  if (isOcmShare(path)) return openOcmShare(request, path);
  throw notFound("NODE_NOT_FOUND", "There is nothing here.");
}
