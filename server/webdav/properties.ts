import type { Entry } from "@/lib/files/tree";
import type { PropfindQuery } from "@/lib/protocol/dav/propfind";
import { clark, emptyElement, escapeXml, type QName } from "@/lib/protocol/dav/xml";
import { permissionBits } from "@/lib/protocol/ocs/permissions";

/** The value as XML, or null where an entry has no such property. */
type Value = (entry: Entry, isRoot: boolean) => string | null;
/** `isOnDemand`: told only to whoever names it. */
type Property = { name: string; value: Value; isOnDemand?: boolean };

const OC = "http://owncloud.org/ns";
const OCS = "http://open-collaboration-services.org/ns";
const OCM = "http://open-cloud-mesh.org/ns";
const PREFIXES: Record<string, string> = { "DAV:": "d", [OC]: "oc", [OCS]: "ocs", [OCM]: "ocm" };

const isFile = (entry: Entry) => entry.kind === "file";

const PROPERTIES = new Map<string, Property>(
  Object.entries<[Value, isOnDemand?: boolean]>({
    "{DAV:}resourcetype": [(entry) => (isFile(entry) ? "" : "<d:collection/>")],
    "{DAV:}displayname": [(entry) => escapeXml(entry.name)],
    "{DAV:}getcontentlength": [(entry) => (isFile(entry) ? String(entry.size) : null)],
    "{DAV:}getcontenttype": [
      (entry) => (isFile(entry) ? escapeXml(entry.mediaType ?? "application/octet-stream") : null),
    ],
    "{DAV:}getetag": [(entry) => `&quot;${escapeXml(entry.etag)}&quot;`],
    "{DAV:}getlastmodified": [(entry) => entry.modifiedAt.toUTCString()],
    [`{${OC}}id`]: [(entry) => escapeXml(entry.id)],
    [`{${OC}}fileid`]: [(entry) => escapeXml(entry.id)],
    [`{${OC}}permissions`]: [permissionLetters],
    // A folder's would be the sum of what is below it, which nobody counts.
    [`{${OC}}size`]: [(entry) => (isFile(entry) ? String(entry.size) : null)],
    [`{${OCS}}share-permissions`]: [(entry) => String(permissionBits(entry.canWrite, entry.kind)), true],
    [`{${OCM}}share-permissions`]: [
      (entry) => escapeXml(JSON.stringify(entry.canWrite ? ["read", "write"] : ["read"])),
      true,
    ],
  }).map(([key, [value, isOnDemand]]) => [key, { name: prefixed(key), value, isOnDemand }]),
);

/** The namespaces that the properties need, as attributes of the element around them. */
export const NAMESPACES = Object.entries(PREFIXES)
  .map(([namespace, prefix]) => `xmlns:${prefix}="${namespace}"`)
  .join(" ");

/**
 * Prepares the answer to a query once, so that each of its many entries costs little: gives the propstats of an entry.
 *
 * @see RFC 4918, section 9.1
 */
export function propstatWriter(query: PropfindQuery): (entry: Entry, isRoot: boolean) => string {
  const known: { property: Property; isMissedAloud: boolean }[] = [];
  const unknown: QName[] = [];
  const asked = new Set(query.names.map(clark));
  for (const [key, property] of PROPERTIES) {
    const isNamed = asked.has(key);
    if (isNamed || (query.mode !== "prop" && !property.isOnDemand)) known.push({ property, isMissedAloud: isNamed });
  }
  for (const name of query.names) if (!PROPERTIES.has(clark(name))) unknown.push(name);
  const alwaysMissing = unknown.map(emptyElement).join("");
  const namesOnly = query.mode === "propname";

  return (entry, isRoot) => {
    let found = "";
    let missing = alwaysMissing;
    for (const { property, isMissedAloud } of known) {
      const { name } = property;
      const value = property.value(entry, isRoot);
      if (value === null) missing += isMissedAloud ? `<${name}/>` : "";
      else found += namesOnly || value === "" ? `<${name}/>` : `<${name}>${value}</${name}>`;
    }
    return (found || !missing ? propstat(found, "200 OK") : "") + (missing ? propstat(missing, "404 Not Found") : "");
  };
}

export function propstat(properties: string, status: string): string {
  return `<d:propstat><d:prop>${properties}</d:prop><d:status>HTTP/1.1 ${status}</d:status></d:propstat>`;
}

/** In ownCloud's letters: G read, D delete, NV rename and move, W write, CK create within. */
function permissionLetters(entry: Entry, isRoot: boolean): string {
  if (!entry.canWrite) return "G";
  return `G${isRoot ? "" : "DNV"}${isFile(entry) ? "W" : "CK"}`;
}

function prefixed(key: string): string {
  const end = key.indexOf("}");
  return `${PREFIXES[key.slice(1, end)]}:${key.slice(end + 1)}`;
}
