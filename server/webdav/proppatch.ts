import { readProppatch } from "@/lib/protocol/dav/propfind";
import { emptyElement, escapeXml } from "@/lib/protocol/dav/xml";
import { getEntry } from "./conditions";
import { type DavExchange, hrefOf } from "./exchange";
import { NAMESPACES, propstat } from "./properties";

/**
 * PROPPATCH: no property can be set here, and the answer says so of each.
 *
 * @see RFC 4918, section 9.2
 */
export async function answerProppatch({ request, response, mount, asked, path }: DavExchange): Promise<void> {
  const names = await readProppatch(request);
  const entry = await getEntry(mount.tree, path);

  const href = escapeXml(hrefOf(mount.root, asked, entry.kind));
  const body =
    `<?xml version="1.0" encoding="utf-8"?>\n<d:multistatus ${NAMESPACES}><d:response><d:href>${href}</d:href>` +
    `${propstat(names.map(emptyElement).join(""), "403 Forbidden")}</d:response></d:multistatus>`;
  response.writeHead(207, {
    "content-type": "application/xml; charset=utf-8",
    "content-length": Buffer.byteLength(body),
  });
  response.end(body);
}
