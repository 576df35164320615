import { DAV, type QName } from "./xml";
import { type XmlLimits, xmlParser } from "./xml-parser";

/** An element without its text: the requests that we understand say everything in names. */
export type XmlElement = QName & { children: XmlElement[] };

const REQUEST_LIMITS: XmlLimits = { maxBytes: 1024 * 1024, maxDepth: 64, maxNodes: 20_000 };

/**
 * Reads the XML body of a request; null when there is none.
 *
 * @throws XML_INVALID, BODY_TOO_LARGE (413)
 */
export async function readXml(body: AsyncIterable<Uint8Array>): Promise<XmlElement | null> {
  const top: XmlElement[] = [];
  const open: XmlElement[] = [];
  const parser = xmlParser(
    {
      open(name) {
        const element = { ...name, children: [] };
        (open.at(-1)?.children ?? top).push(element);
        open.push(element);
      },
      close: () => void open.pop(),
    },
    REQUEST_LIMITS,
  );

  let isEmpty = true;
  for await (const chunk of body) {
    isEmpty &&= chunk.byteLength === 0;
    parser.write(chunk);
  }
  if (isEmpty) return null;
  parser.end();
  return top[0] ?? null;
}

/** The first child of that name; also one in no namespace, since OpenCloud's client forgets it. */
export function childOf(element: XmlElement, name: string): XmlElement | undefined {
  return element.children.find((child) => child.name === name && (child.namespace === DAV || child.namespace === ""));
}
