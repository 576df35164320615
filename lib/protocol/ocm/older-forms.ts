// What older clouds send, turned into the newest form before it is read. What does not fit is left for the schema to
// refuse; keys that it does not name are ignored there.

type Message = Record<string, unknown>;

const isMessage = (value: unknown): value is Message =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const messageOr = (value: unknown): Message => (isMessage(value) ? value : {});

/** The names of a protocol in whose `options` the secret of a WebDAV share stands; some say none. */
const WEBDAV_NAMES: unknown[] = ["webdav", "multi", undefined];

/** An offer: `sharedBy` for `sender`, or neither; the secret in the options of its protocol, or outside of it. */
export function offerInNewestForm(body: unknown): unknown {
  if (!isMessage(body)) return body;
  const { sharedBy, sharedByDisplayName, ...offer } = body;
  const by = offer.sender ?? sharedBy;
  const name = offer.senderDisplayName ?? sharedByDisplayName;
  return {
    ...offer,
    sender: by ?? offer.owner,
    senderDisplayName: name ?? (by === undefined ? offer.ownerDisplayName : undefined),
    protocol: protocolInNewestForm(offer.protocol, offer.sharedSecret),
  };
}

function protocolInNewestForm(protocol: unknown, outerSecret: unknown): unknown {
  if (!isMessage(protocol)) return protocol;
  const options = messageOr(protocol.options);
  const given = isMessage(protocol.webdav) ? protocol.webdav : null;
  const sharedSecret = given?.sharedSecret ?? options.sharedSecret ?? protocol.sharedSecret ?? outerSecret;
  if (!given && (sharedSecret === undefined || !WEBDAV_NAMES.includes(protocol.name))) return protocol;
  const { uri, url, URI, permissions, requirements } = { ...options, ...given };
  return {
    ...protocol,
    webdav: {
      uri: uri ?? url ?? URI ?? undefined,
      sharedSecret,
      // Elsewhere it is the name of a property that tells them.
      permissions: Array.isArray(permissions) ? permissions : undefined,
      requirements: requirements ?? undefined,
    },
  };
}

/** A notification: `type` for `notificationType`, and a list where nothing more is said. */
export function notificationInNewestForm(body: unknown): unknown {
  if (!isMessage(body)) return body;
  const { type, ...more } = body;
  const notification = Array.isArray(more.notification) ? undefined : more.notification;
  return { ...more, notificationType: more.notificationType ?? type, notification };
}
