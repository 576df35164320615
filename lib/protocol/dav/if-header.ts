import { invalid } from "@/lib/core/errors";

/** One thing that must, or must not, be: a state token, or an entity tag with its quotes. */
export type IfCondition = { isNegated: boolean } & ({ token: string } | { etag: string });
/** All must hold of a resource: the one named (an absolute URI or path), or that of the request. */
export type IfList = { resource: string | null; conditions: IfCondition[] };

const LIST_OR_TAG = /\s*(?:<([^<>\s]+)>|\(([^()]*)\))/y;
const CONDITION = /\s*(?:(Not)\s*)?(?:<([^<>\s]+)>|\[((?:W\/)?"[^"]*")\])/iy;

/**
 * Reads an If header. It holds when one of its lists does.
 *
 * @throws HEADER_INVALID
 * @see RFC 4918, section 10.4
 */
export function parseIfHeader(header: string): IfList[] {
  const text = header.trim();
  const lists: IfList[] = [];
  let resource: string | null = null;
  for (let at = 0; at < text.length; at = LIST_OR_TAG.lastIndex) {
    LIST_OR_TAG.lastIndex = at;
    const [, tag, list] = LIST_OR_TAG.exec(text) ?? [];
    if (tag !== undefined) resource = tag;
    else if (list !== undefined) lists.push({ resource, conditions: parseList(list.trim()) });
    else throw malformed();
  }
  if (lists.length === 0) throw malformed();
  return lists;
}

function parseList(text: string): IfCondition[] {
  const conditions: IfCondition[] = [];
  for (let at = 0; at < text.length; at = CONDITION.lastIndex) {
    CONDITION.lastIndex = at;
    const [, not, token, etag] = CONDITION.exec(text) ?? [];
    if (token !== undefined) conditions.push({ isNegated: not !== undefined, token });
    else if (etag !== undefined) conditions.push({ isNegated: not !== undefined, etag });
    else throw malformed();
  }
  if (conditions.length === 0) throw malformed();
  return conditions;
}

const malformed = () => invalid("HEADER_INVALID", "The If header is not understood.");
