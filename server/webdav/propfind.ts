import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { forbidden } from "@/lib/core/errors";
import type { Entry, Page, Tree, TreePath } from "@/lib/files/tree";
import { depthOf } from "@/lib/protocol/dav/headers";
import { readPropfind } from "@/lib/protocol/dav/propfind";
import { escapeXml } from "@/lib/protocol/dav/xml";
import { getEntry } from "./conditions";
import { type DavExchange, hrefOf } from "./exchange";
import { NAMESPACES, propstatWriter } from "./properties";

/** Small, so that the first byte comes soon; the next ones are read while this one is sent. */
const FIRST_PAGE = 100;
const NEXT_PAGES = 1000;
/** Characters that are put together before they are sent. */
const CHUNK = 32 * 1024;

/**
 * PROPFIND of one entry or of a folder and what is in it, sent while it is read. A missing Depth means infinity, as
 * the RFC has it, and that is refused: the tree below may be of any size.
 *
 * @see RFC 4918, section 9.1
 */
export async function answerPropfind({ request, response, mount, asked, path }: DavExchange): Promise<void> {
  const depth = depthOf(request.headers);
  const query = await readPropfind(request);
  if (depth === "infinity") throw forbidden("PROPFIND_FINITE_DEPTH", "Ask for Depth 0 or 1.");

  const entry = await getEntry(mount.tree, path);
  const isListed = depth === "1" && entry.kind === "folder";
  const firstPage = isListed ? await mount.tree.list(path, { limit: FIRST_PAGE }) : null;
  const propstats = propstatWriter(query);
  const responseOf = (at: TreePath, of: Entry, isRoot: boolean) =>
    `<d:response><d:href>${escapeXml(hrefOf(mount.root, at, of.kind))}</d:href>${propstats(of, isRoot)}</d:response>\n`;

  async function* body() {
    let text = `<?xml version="1.0" encoding="utf-8"?>\n<d:multistatus ${NAMESPACES}>`;
    text += responseOf(asked, entry, path.length === 0);
    for await (const page of firstPage ? pagesFrom(mount.tree, path, firstPage) : []) {
      for (const child of page) {
        text += responseOf([...asked, child.name], child, false);
        if (text.length < CHUNK) continue;
        yield text;
        text = "";
      }
    }
    yield `${text}</d:multistatus>`;
  }
  response.writeHead(207, { "content-type": "application/xml; charset=utf-8" });
  await pipeline(Readable.from(body()), response);
}

/** Every page from the given one on; each is asked for while the one before is written. */
async function* pagesFrom(tree: Tree, path: TreePath, first: Page<Entry>): AsyncGenerator<Entry[]> {
  let page: Page<Entry> | null = first;
  while (page) {
    const next: Promise<Page<Entry> | null> = page.next
      ? tree.list(path, { after: page.next, limit: NEXT_PAGES })
      : Promise.resolve(null);
    next.catch(() => {}); // whoever stops reading before never awaits it
    yield page.items;
    page = await next;
  }
}
