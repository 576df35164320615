import { invalid } from "@/lib/core/errors";
import { childOf, readXml, type XmlElement } from "./read-xml";
import { writeXml } from "./write-xml";
import { clark, DAV, type QName, XML } from "./xml";

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

/** One step of a PROPPATCH; `value` is the element of the property as text, null where it is to be removed. */
export type PropertyChange = QName & { value: string | null };

/**
 * Reads the body of a PROPPATCH: what it would set and remove, in its order.
 *
 * @throws XML_INVALID, BODY_TOO_LARGE (413)
 * @see RFC 4918, section 9.2
 */
export async function readProppatch(body: AsyncIterable<Uint8Array>): Promise<PropertyChange[]> {
  const root = await readXml(body);
  if (root?.namespace !== DAV || root.name !== "propertyupdate") {
    throw invalid("XML_INVALID", "This is no propertyupdate.");
  }
  const steps = root.children.filter((child) => child.namespace === DAV && /^(set|remove)$/.test(child.name));
  const changes = steps.flatMap((step) => {
    const prop = childOf(step, "prop");
    const lang = [prop, step, root].flatMap((element) => element?.attributes.filter(isLang) ?? []).slice(0, 1);
    return (prop?.children ?? []).map((property) => {
      const { namespace, name } = property;
      // The language that a value is in counts to it, wherever it was said.
      const attributes = property.attributes.some(isLang) ? property.attributes : [...property.attributes, ...lang];
      return { namespace, name, value: step.name === "set" ? writeXml({ ...property, attributes }) : null };
    });
  });
  if (changes.length > MAX_NAMES) throw invalid("XML_INVALID", "Too many properties are named at once.");
  return changes;
}

const isLang = ({ namespace, name }: QName) => namespace === XML && name === "lang";

/** The names of the elements in another, each once. @throws XML_INVALID if there are too many */
export function namesIn(element: XmlElement): QName[] {
  const names = new Map(
    element.children.map(({ namespace, name }) => [clark({ namespace, name }), { namespace, name }]),
  );
  if (names.size > MAX_NAMES) throw invalid("XML_INVALID", "Too many properties are named at once.");
  return [...names.values()];
}
