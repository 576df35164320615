import { DAV, type QName } from "./xml";
import { type XmlAttribute, type XmlLimits, xmlParser } from "./xml-parser";

export type XmlElement = QName & {
  attributes: XmlAttribute[];
  /** The elements in it. */
  children: XmlElement[];
  /** The same, and the text between them. */
  content: (XmlElement | string)[];
};

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
      open(name, attributes) {
        const element: XmlElement = { ...name, attributes, children: [], content: [] };
        const parent = open.at(-1);
        parent?.content.push(element);
        (parent?.children ?? top).push(element);
        open.push(element);
      },
      text: (piece) => void open.at(-1)?.content.push(piece),
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

/** The first child of that name; also one in no namespace, since some clients forget it. */
export function childOf(element: XmlElement, name: string): XmlElement | undefined {
  return element.children.find((child) => child.name === name && (child.namespace === DAV || child.namespace === ""));
}
