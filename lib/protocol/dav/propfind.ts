import { invalid } from "@/lib/core/errors";
import { childOf, readXml, type XmlElement } from "./read-xml";
import { clark, DAV, type QName } from "./xml";

/** What a PROPFIND asks for: every property (and some named ones), the names only, or those named. */
export type PropfindQuery = { mode: "allprop" | "propname" | "prop"; names: QName[] };

/** An answer repeats each name that it does not know, for each entry: more would let one request ask for gigabytes. */
const MAX_NAMES = 256;

/**
 * Reads the body of a PROPFIND; without one it asks for every property.
 *
 * @throws XML_INVALID, BODY_TOO_LARGE (413)
 * @see RFC 4918, section 9.1
 */
export async function readPropfind(body: AsyncIterable<Uint8Array>): Promise<PropfindQuery> {
  const root = await readXml(body);
  if (!root) return { mode: "allprop", names: [] };
  if (root.namespace !== DAV || root.name !== "propfind") throw invalid("XML_INVALID", "This is no propfind.");

  if (childOf(root, "propname")) return { mode: "propname", names: [] };
  const prop = childOf(root, "prop");
  if (prop) return { mode: "prop", names: namesIn(prop) };
  if (!childOf(root, "allprop")) throw invalid("XML_INVALID", "This propfind asks for nothing.");
  const include = childOf(root, "include");
  return { mode: "allprop", names: include ? namesIn(include) : [] };
}

/**
 * Reads the body of a PROPPATCH: the names of the properties that it would set or remove.
 *
 * @throws XML_INVALID, BODY_TOO_LARGE (413)
 * @see RFC 4918, section 9.2
 */
export async function readProppatch(body: AsyncIterable<Uint8Array>): Promise<QName[]> {
  const root = await readXml(body);
  if (root?.namespace !== DAV || root.name !== "propertyupdate") {
    throw invalid("XML_INVALID", "This is no propertyupdate.");
  }
  const changes = root.children.filter((child) => child.namespace === DAV && /^(set|remove)$/.test(child.name));
  const props = changes.flatMap((change) => childOf(change, "prop") ?? []);
  return namesIn({ ...root, children: props.flatMap((prop) => prop.children) });
}

function namesIn(element: XmlElement): QName[] {
  const names = new Map(
    element.children.map(({ namespace, name }) => [clark({ namespace, name }), { namespace, name }]),
  );
  if (names.size > MAX_NAMES) throw invalid("XML_INVALID", "Too many properties are named at once.");
  return [...names.values()];
}
