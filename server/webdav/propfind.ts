import type { ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { forbidden } from "@/lib/core/errors";
import type { Entry, Page, Tree, TreePath } from "@/lib/files/tree";
import { depthOf } from "@/lib/protocol/dav/headers";
import { type PropfindQuery, readPropfind } from "@/lib/protocol/dav/propfind";
import { escapeXml } from "@/lib/protocol/dav/xml";
import { getEntry } from "./conditions";
import { type DavExchange, hrefOf, hrefWithin } from "./exchange";
import { placesFor } from "./places";
import { NAMESPACES, type Place, propstatWriter } from "./properties";

/** Small, so that the first byte comes soon; the next ones are read while this one is sent. */
const FIRST_PAGE = 100;
const NEXT_PAGES = 250;
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

/** Parts of a multistatus, as many at once as could be made without asking anybody. */
export type Parts = AsyncIterable<Iterable<string>>;

/** Writes the responses of a multistatus for entries: what was asked for itself, or what is in it. */
export async function responseWriter(exchange: DavExchange, query: PropfindQuery) {
  const { mount, asked } = exchange;
  const propstats = propstatWriter(query);
  const placesOf = await placesFor(exchange, query);
  const folder = hrefOf(mount.root, asked, "folder");
  const hrefOfEntry = (entry: Entry, isListed: boolean) =>
    isListed ? hrefWithin(folder, entry) : hrefOf(mount.root, asked, entry.kind);

  function* responses(entries: Entry[], places: Place[], isListed: boolean): Generator<string> {
    for (const [index, place] of places.entries()) {
      const entry = entries[index] as Entry;
      const href = escapeXml(hrefOfEntry(entry, isListed));
      yield `<d:response><d:href>${href}</d:href>${propstats(entry, place)}</d:response>\n`;
    }
  }
  return async function* (all: Entry[], { isListed }: { isListed: boolean }): AsyncGenerator<Iterable<string>> {
    for await (const { entries, places } of placesOf(all, { isListed })) yield responses(entries, places, isListed);
  };
}

/** Sends a multistatus while its parts are made; none is made before the client has taken those before it. */
export async function sendMultistatus(response: ServerResponse, parts: Parts): Promise<void> {
  async function* body() {
    let texts = [`<?xml version="1.0" encoding="utf-8"?>\n<d:multistatus ${NAMESPACES}>`];
    let length = 0;
    for await (const some of parts)
      for (const text of some) {
        texts.push(text);
        length += text.length;
        if (length < CHUNK) continue;
        // As bytes, because Node would go through all the pieces of such a text, and that several times.
        yield Buffer.from(texts.join(""));
        texts = [];
        length = 0;
      }
    texts.push("</d:multistatus>");
    yield Buffer.from(texts.join(""));
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
