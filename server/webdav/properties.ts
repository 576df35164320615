import type { Lock } from "@/lib/files/locks";
import type { NodeProperty } from "@/lib/files/properties";
import type { Entry } from "@/lib/files/tree";
import { tokenOf } from "@/lib/protocol/dav/lock-request";
import type { PropfindQuery } from "@/lib/protocol/dav/propfind";
import { clark, emptyElement, escapeXml, type QName, qname } from "@/lib/protocol/dav/xml";
import { permissionBits } from "@/lib/protocol/ocs/permissions";
import { hrefOfLock } from "./exchange";

/** What an entry does not say itself. */
export type Place = {
  isRoot: boolean;
  /** It came with the folder that it is in, and was not asked for itself. */
  isListed: boolean;
  /** Whoever sees it may have its owner share it with others. */
  canReshare: boolean;
  /** The locks that hold for it, as XML; null where there are none at all. */
  locks: string | null;
  /** Whether what changes in it can be followed; that is not known where it was not asked for. */
  canFollow: boolean;
  /** How its content is now, for who follows it; null: it cannot be followed, or that was not asked for. */
  syncToken: string | null;
  /** What its owner has stored altogether, and how much more that may be; null: not known, not told, or not asked for. */
  used: number | null;
  room: number | null;
  /** The SHA-256 of its bytes in hex; null: not known, or not asked for. */
  sha256: string | null;
  /** What programs wrote on it. */
  written: NodeProperty[];
};
/** The value as XML, or null where an entry has no such property. */
type Value = (entry: Entry, place: Place) => string | null;
/** `isOnDemand`: told only to whoever names it. */
type Property = { name: string; value: Value; isOnDemand?: boolean };

const WRITE_LOCK = "<d:locktype><d:write/></d:locktype>";
const OC = "http://owncloud.org/ns";
export const CHECKSUMS = `{${OC}}checksums`;
const OCS = "http://open-collaboration-services.org/ns";
const OCM = "http://open-cloud-mesh.org/ns";
const PREFIXES: Record<string, string> = { "DAV:": "d", [OC]: "oc", [OCS]: "ocs", [OCM]: "ocm" };

const SUPPORTED_LOCKS = ["exclusive", "shared"]
  .map((scope) => `<d:lockentry><d:lockscope><d:${scope}/></d:lockscope>${WRITE_LOCK}</d:lockentry>`)
  .join("");

const SYNC_REPORT = "<d:supported-report><d:report><d:sync-collection/></d:report></d:supported-report>";

const isFile = (entry: Entry) => entry.kind === "file";

const PROPERTIES = new Map<string, Property>(
  Object.entries<[Value, isOnDemand?: boolean]>({
    "{DAV:}resourcetype": [(entry) => (isFile(entry) ? "" : "<d:collection/>")],
    "{DAV:}displayname": [(entry) => escapeXml(entry.name)],
    "{DAV:}getcontentlength": [sizeOf],
    "{DAV:}getcontenttype": [
      (entry) => (isFile(entry) ? escapeXml(entry.mediaType ?? "application/octet-stream") : null),
    ],
    "{DAV:}getetag": [etagOf],
    "{DAV:}getlastmodified": [(entry) => entry.modifiedAt.toUTCString()],
    "{DAV:}lockdiscovery": [(_entry, { locks }) => locks],
    "{DAV:}supportedlock": [(_entry, { locks }) => (locks === null ? null : SUPPORTED_LOCKS)],
    "{DAV:}sync-token": [(_entry, { syncToken }) => syncToken && escapeXml(syncToken), true],
    "{DAV:}supported-report-set": [(_entry, { canFollow }) => (canFollow ? SYNC_REPORT : ""), true],
    // RFC 4331 wants them told of folders, and only to whoever names them.
    "{DAV:}quota-used-bytes": [(entry, { used }) => (isFile(entry) ? null : (used?.toString() ?? null)), true],
    "{DAV:}quota-available-bytes": [(entry, { room }) => (isFile(entry) ? null : (room?.toString() ?? null)), true],
    [`{${OC}}id`]: [(entry) => escapeXml(entry.id)],
    [`{${OC}}fileid`]: [(entry) => escapeXml(entry.id)],
    [`{${OC}}permissions`]: [permissionLetters],
    // A folder's would be the sum of what is below it, which nobody counts.
    [`{${OC}}size`]: [sizeOf],
    [CHECKSUMS]: [(_entry, { sha256 }) => sha256 && `<oc:checksum>SHA256:${sha256}</oc:checksum>`, true],
    [`{${OCS}}share-permissions`]: [(entry, { canReshare }) => String(permissionBits({ ...entry, canReshare })), true],
    [`{${OCM}}share-permissions`]: [
      ({ canWrite }, { canReshare }) =>
        escapeXml(JSON.stringify(["read", ...(canWrite ? ["write"] : []), ...(canReshare ? ["share"] : [])])),
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
export function propstatWriter(query: PropfindQuery): (entry: Entry, place: Place) => string {
  const known: { property: Property; isMissedAloud: boolean }[] = [];
  const unknown: QName[] = [];
  const asked = new Set(query.names.map(clark));
  for (const [key, property] of PROPERTIES) {
    const isNamed = asked.has(key);
    if (isNamed || (query.mode !== "prop" && !property.isOnDemand)) known.push({ property, isMissedAloud: isNamed });
  }
  for (const name of query.names) if (!PROPERTIES.has(clark(name))) unknown.push(name);
  const alwaysMissing = unknown.map(emptyElement).join("");
  const isUnknown = new Set(unknown.map(clark));
  const isTold = ({ name }: NodeProperty) => query.mode !== "prop" || isUnknown.has(name);
  const namesOnly = query.mode === "propname";

  return (entry, place) => {
    let found = "";
    let missing = alwaysMissing;
    if (place.written.length > 0) {
      const told = place.written.filter(isTold);
      found += told.map(({ name, value }) => (namesOnly ? emptyElement(qname(name)) : value)).join("");
      const names = new Set(told.map(({ name }) => name));
      missing = unknown
        .filter((name) => !names.has(clark(name)))
        .map(emptyElement)
        .join("");
    }
    for (const { property, isMissedAloud } of known) {
      const { name } = property;
      const value = property.value(entry, place);
      if (value === null) missing += isMissedAloud ? `<${name}/>` : "";
      else found += namesOnly || value === "" ? `<${name}/>` : `<${name}>${value}</${name}>`;
    }
    return (found || !missing ? propstat(found, "200 OK") : "") + (missing ? propstat(missing, "404 Not Found") : "");
  };
}

export function propstat(properties: string, status: string, condition?: string): string {
  const error = condition ? `<d:error><d:${condition}/></d:error>` : "";
  return `<d:propstat><d:prop>${properties}</d:prop><d:status>HTTP/1.1 ${status}</d:status>${error}</d:propstat>`;
}

/** Whether we know a property ourselves, so that nobody else may write it. */
export const isLive = (name: QName) => PROPERTIES.has(clark(name));

/** Whether an answer to a query tells one of these, were an entry to have it. */
export function asksFor({ mode, names }: PropfindQuery, keys: string[]): boolean {
  const isNamed = names.some((name) => keys.includes(clark(name)));
  return isNamed || (mode !== "prop" && keys.some((key) => !PROPERTIES.get(key)?.isOnDemand));
}

/** Whether it tells what programs wrote. */
export const asksForWritten = ({ mode, names }: PropfindQuery) => mode !== "prop" || !names.every(isLive);

/** @see RFC 4918, section 14.1 */
export function lockDiscovery(root: string, locks: Lock[]): string {
  return locks.map((lock) => activeLock(root, lock)).join("");
}

function activeLock(root: string, { id, path, isDeep, isExclusive, holder, secondsLeft }: Lock): string {
  return (
    `<d:activelock>${WRITE_LOCK}<d:lockscope><d:${isExclusive ? "exclusive" : "shared"}/></d:lockscope>` +
    `<d:depth>${isDeep ? "infinity" : "0"}</d:depth>${holder}<d:timeout>Second-${secondsLeft}</d:timeout>` +
    `<d:locktoken><d:href>${tokenOf(id)}</d:href></d:locktoken>` +
    `<d:lockroot><d:href>${escapeXml(hrefOfLock(root, path))}</d:href></d:lockroot></d:activelock>`
  );
}

/** A list asks no other cloud, so it does not know what one has at this moment. */
function etagOf({ etag, receivedShareId }: Entry, { isListed }: Place): string | null {
  return receivedShareId && isListed ? null : `&quot;${escapeXml(etag)}&quot;`;
}

/** Nobody may have looked yet at a file on another cloud. */
function sizeOf({ kind, size }: Entry): string | null {
  return kind === "file" && size !== null ? String(size) : null;
}

/** In the letters of `oc:permissions`: R share on, G read, D delete, NV rename and move, W write, CK create within. */
function permissionLetters(entry: Entry, { isRoot, canReshare }: Place): string {
  const read = canReshare ? "RG" : "G";
  if (!entry.canWrite) return read;
  return `${read}${isRoot ? "" : "DNV"}${isFile(entry) ? "W" : "CK"}`;
}

function prefixed(key: string): string {
  const end = key.indexOf("}");
  return `${PREFIXES[key.slice(1, end)]}:${key.slice(end + 1)}`;
}
