import { clark, DAV, type QName } from "./xml";
import { type XmlLimits, xmlParser } from "./xml-parser";

/** One response of a multistatus: the address as the server wrote it, and the properties that it has. */
export type DavResource = {
  href: string;
  isFolder: boolean;
  /** By name, `{DAV:}getetag`; only those that were found, as text. */
  properties: ReadonlyMap<string, string>;
};

/** About 100,000 entries with the properties that we ask for. */
const ANSWER_LIMITS: XmlLimits = { maxBytes: 128 * 1024 * 1024, maxDepth: 32, maxNodes: 10_000_000 };
/** Of one address or property: what is longer is cut, and refused or ignored by whoever reads it. */
const MAX_TEXT = 16_384;

/**
 * Reads a multistatus while it arrives, whatever the order and the prefixes; properties of another status than 2xx
 * are left out.
 *
 * @throws XML_INVALID, BODY_TOO_LARGE (413)
 * @see RFC 4918, section 14.16
 */
export async function* readMultistatus(
  body: AsyncIterable<Uint8Array>,
  limits: Partial<XmlLimits> = {},
): AsyncGenerator<DavResource> {
  const collector = collectResources();
  const parser = xmlParser(collector, { ...ANSWER_LIMITS, ...limits });
  for await (const chunk of body) {
    parser.write(chunk);
    yield* collector.take();
  }
  parser.end();
  yield* collector.take();
}

type Found = { isFolder: boolean; status: string; properties: Map<string, string> };

function collectResources() {
  const path: QName[] = [];
  let done: DavResource[] = [];
  let href = "";
  let whole: Found = nothing();
  let propstat: Found = nothing();
  let text = "";

  // Where an element stands tells what it is: multistatus/response/propstat/prop/<property>/…
  const closed = (depth: number, element: QName) => {
    const name = element.namespace === DAV ? element.name : "";
    if (depth === 5 && isDav(path[3], "prop")) propstat.properties.set(clark(element), text.trim());
    else if (depth === 4 && name === "status") propstat.status = text;
    else if (depth === 3 && name === "href") href = text.trim();
    else if (depth === 3 && name === "propstat" && isGood(propstat.status)) {
      whole.isFolder ||= propstat.isFolder;
      for (const [key, value] of propstat.properties) whole.properties.set(key, value);
    } else if (depth === 2 && name === "response") {
      done.push({ href, isFolder: whole.isFolder, properties: whole.properties });
    }
  };

  return {
    open(element: QName) {
      path.push(element);
      text = "";
      if (path.length === 2) {
        href = "";
        whole = nothing();
      } else if (path.length === 3) propstat = nothing();
      else if (path.length === 6 && isDav(path[4], "resourcetype") && isDav(element, "collection")) {
        propstat.isFolder = true;
      }
    },
    text(piece: string) {
      if (text.length < MAX_TEXT) text += piece.slice(0, MAX_TEXT - text.length);
    },
    close() {
      const depth = path.length;
      const element = path.pop();
      if (element) closed(depth, element);
    },
    take(): DavResource[] {
      const taken = done;
      done = [];
      return taken;
    },
  };
}

function nothing(): Found {
  return { isFolder: false, status: "", properties: new Map() };
}

function isDav(element: QName | undefined, name: string): boolean {
  return element?.namespace === DAV && element.name === name;
}

/** A propstat without a status is taken for a good one: some servers forget it. */
function isGood(status: string): boolean {
  return status.trim() === "" || /^HTTP\/\d(\.\d)? 2\d\d\b/i.test(status.trim());
}
