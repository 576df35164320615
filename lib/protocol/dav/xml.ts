/** The namespace of RFC 4918. */
export const DAV = "DAV:";
/** Those that every document has without declaring them: of `xml:lang`, and of the declarations themselves. */
export const XML = "http://www.w3.org/XML/1998/namespace";
export const XMLNS = "http://www.w3.org/2000/xmlns/";

const ESCAPES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#13;" };
/** What XML 1.0 cannot hold, not even escaped. */
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu;

/** Text made fit for the content of an element or an attribute in double quotes. */
export function escapeXml(text: string): string {
  // Most texts need nothing: testing first costs half of replacing.
  if (!/[&<>"\r\u0000-\u001f\ud800-\udfff\ufffe\uffff]/.test(text)) return text;
  return text.replace(FORBIDDEN, "\ufffd").replace(/[&<>"\r]/g, (character) => ESCAPES[character] ?? character);
}

/** The name of an element or property. */
export type QName = { namespace: string; name: string };

/** A name as one string, for keys: `{DAV:}getetag`. */
export function clark({ namespace, name }: QName): string {
  return `{${namespace}}${name}`;
}

/** The name in a key that `clark` wrote. */
export function qname(key: string): QName {
  const end = key.indexOf("}");
  return { namespace: key.slice(1, end), name: key.slice(end + 1) };
}

/** An empty element of any namespace, as it names a property. */
export function emptyElement({ namespace, name }: QName): string {
  return namespace === DAV ? `<d:${name}/>` : `<${name} xmlns="${escapeXml(namespace)}"/>`;
}
