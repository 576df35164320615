import type { XmlElement } from "./read-xml";
import { escapeXml, XML } from "./xml";

/** An element as text that means the same wherever it is put: each one declares the namespaces that it uses. */
export function writeXml(element: XmlElement, around?: string): string {
  const { namespace, name, attributes, content } = element;
  let start = namespace === around ? name : `${name} xmlns="${escapeValue(namespace)}"`;
  for (const [index, attribute] of attributes.entries()) {
    const value = `"${escapeValue(attribute.value)}"`;
    if (attribute.namespace === "") start += ` ${attribute.name}=${value}`;
    else if (attribute.namespace === XML) start += ` xml:${attribute.name}=${value}`;
    else start += ` xmlns:a${index}="${escapeValue(attribute.namespace)}" a${index}:${attribute.name}=${value}`;
  }
  const inside = content.map((part) => (typeof part === "string" ? escapeXml(part) : writeXml(part, namespace)));
  return inside.length === 0 ? `<${start}/>` : `<${start}>${inside.join("")}</${name}>`;
}

/** A reader makes blanks of what breaks a line in an attribute, unless it is escaped. */
function escapeValue(text: string): string {
  return escapeXml(text).replace(/[\t\n]/g, (blank) => `&#${blank.charCodeAt(0)};`);
}
