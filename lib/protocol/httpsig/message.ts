/** The fields of a message: pairs as they came, a fetch `Headers`, or the record of node:http. */
export type MessageHeaders =
  | Iterable<readonly [string, string]>
  | Record<string, string | readonly string[] | undefined>;

/** What a signature speaks of. The target is the absolute URI on the site's public origin, not what a proxy forwarded. */
export type SignedMessage = { method: string; targetUri: string; headers: MessageHeaders };

/**
 * The value of a field as a signature sees it: each line trimmed, folds undone, lines joined. Null when absent.
 *
 * @see RFC 9421, section 2.1
 */
export function fieldValue(headers: MessageHeaders, name: string): string | null {
  if (headers instanceof Headers) return headers.get(name); // trims and joins by itself, and holds no folds
  const pairs = isIterable(headers) ? [...headers] : Object.entries(headers);
  const lines = pairs.flatMap(([key, value]) => (key.toLowerCase() === name ? (value ?? []) : []));
  if (lines.length === 0) return null;
  return lines.map(unfold).join(", ");
}

/**
 * The value of a covered component. Null when the message lacks it, or when we know no such derived component.
 *
 * @see RFC 9421, section 2.2
 */
export function componentValue(message: SignedMessage, name: string): string | null {
  if (!name.startsWith("@")) return fieldValue(message.headers, name);
  const url = new URL(message.targetUri);
  switch (name) {
    case "@method":
      return message.method;
    case "@target-uri":
      return message.targetUri;
    case "@authority":
      return url.host;
    case "@scheme":
      return url.protocol.slice(0, -1);
    case "@request-target":
      return url.pathname + url.search;
    case "@path":
      return url.pathname;
    case "@query":
      return url.search || "?";
    default:
      return null;
  }
}

/** Not with one pattern around the line breaks: that takes quadratic time on a long run of spaces. */
function unfold(line: string): string {
  const parts = line.split("\n").map((part) => part.trim());
  return parts.join(" ").trim();
}

function isIterable(headers: MessageHeaders): headers is Iterable<readonly [string, string]> {
  return Symbol.iterator in headers;
}
