import type { ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { forbidden } from "@/lib/core/errors";
import { READ_AT_ONCE } from "@/lib/files/properties";
import type { Entry, Page, Tree, TreePath } from "@/lib/files/tree";
import { depthOf } from "@/lib/protocol/dav/headers";
import { type PropfindQuery, readPropfind } from "@/lib/protocol/dav/propfind";
import { escapeXml } from "@/lib/protocol/dav/xml";
import { getEntry } from "./conditions";
import { type DavExchange, hrefOf } from "./exchange";
import { placesFor } from "./places";
import { asksForWritten, NAMESPACES, propstatWriter } from "./properties";

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
export async function answerPropfind(exchange: DavExchange): Promise<void> {
  const { request, response, mount, opened, path } = exchange;
  const depth = depthOf(request.headers);
  const query = await readPropfind(request);
  if (depth === "infinity") throw forbidden("PROPFIND_FINITE_DEPTH", "Ask for Depth 0 or 1.");

  const entry = await getEntry(mount.shown ?? opened, path);
  const isListed = depth === "1" && entry.kind === "folder";
  const pages = isListed ? await openPages(exchange) : [];
  const responsesOf = await responseWriter(exchange, query);

  async function* parts() {
    yield* responsesOf([entry], { isListed: false });
    for await (const page of pages) yield* responsesOf(page, { isListed: true });
  }
  await sendMultistatus(response, parts());
}

/** Writes the responses of a multistatus for entries, one by one: what was asked for itself, or what is in it. */
export async function responseWriter(exchange: DavExchange, query: PropfindQuery) {
  const { mount, asked } = exchange;
  const propstats = propstatWriter(query);
  const placesOf = await placesFor(exchange, query);
  const atOnce = asksForWritten(query) ? READ_AT_ONCE : NEXT_PAGES;
  return async function* (all: Entry[], { isListed }: { isListed: boolean }): AsyncGenerator<string> {
    for (let from = 0; from < all.length; from += atOnce) {
      const entries = all.slice(from, from + atOnce);
      const places = await placesOf(entries, { isListed });
      for (const [index, place] of places.entries()) {
        const entry = entries[index] as Entry;
        const href = hrefOf(mount.root, isListed ? [...asked, entry.name] : asked, entry.kind);
        yield `<d:response><d:href>${escapeXml(href)}</d:href>${propstats(entry, place)}</d:response>\n`;
      }
    }
  };
}

/** Sends a multistatus while its parts are made. */
export async function sendMultistatus(response: ServerResponse, parts: AsyncIterable<string>): Promise<void> {
  async function* body() {
    let text = `<?xml version="1.0" encoding="utf-8"?>\n<d:multistatus ${NAMESPACES}>`;
    for await (const part of parts) {
      text += part;
      if (text.length < CHUNK) continue;
      yield text;
      text = "";
    }
    yield `${text}</d:multistatus>`;
  }
  response.writeHead(207, { "content-type": "application/xml; charset=utf-8" });
  await pipeline(Readable.from(body()), response);
}

/** All that is in the folder, page by page; the first is there before anything is answered. */
export async function openPages({ mount, path }: DavExchange): Promise<AsyncIterable<Entry[]>> {
  const { shown: tree = mount.tree } = mount;
  return pagesFrom(tree, path, await tree.list(path, { limit: FIRST_PAGE }));
}

/** Every page from the given one on; each is asked for while the one before is written. */
async function* pagesFrom(tree: Pick<Tree, "list">, path: TreePath, first: Page<Entry>): AsyncGenerator<Entry[]> {
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
