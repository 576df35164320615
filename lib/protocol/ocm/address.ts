import { invalid } from "@/lib/core/errors";
import { isDeceptive, MAX_NAME } from "@/lib/protocol/ocm/text";

/** A person or group as other clouds know it. The identifier is opaque and case-sensitive, and may contain `@`. */
export type OcmAddress = { identifier: string; provider: string };

/** Labels of letters, digits and hyphens, an IPv4 address among them, or an IPv6 address in brackets. */
const HOST = /^(?:(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?|\[[0-9a-f:.]+\])$/;

/**
 * The one spelling of a Provider's name: host in lower case as punycode, `:port` unless it is 443.
 * Takes no scheme and no path: what peers and people write goes through `looseProvider`.
 *
 * @throws PROVIDER_INVALID
 */
export function normalizeProvider(input: string): string {
  return providerOfAuthority("https://", input.trim());
}

/**
 * The name of the Provider that a URL belongs to. Plain http on its own port is `host:80`, never `host`.
 *
 * @throws PROVIDER_INVALID
 */
export function providerOfUrl(url: URL): string {
  const isHttp = url.protocol === "http:";
  if (!isHttp && url.protocol !== "https:") throw invalidProvider();
  // Port 443 of plain http would share its name with https.
  if (isHttp && url.port === "443") throw invalidProvider();
  if (url.hostname.length > 253 || url.port === "0" || !HOST.test(url.hostname)) throw invalidProvider();
  return isHttp && url.port === "" ? `${url.hostname}:80` : url.host;
}

/**
 * The Provider that a peer or a person means, who may have written `https://host/` or `host/path`.
 *
 * @throws PROVIDER_INVALID
 */
export function looseProvider(input: string): string {
  const [, scheme = "https://", rest = ""] = /^(https?:\/\/)?(.*)$/is.exec(input.trim()) ?? [];
  return providerOfAuthority(scheme, rest.replace(/\/.*$/s, ""));
}

/**
 * Reads `identifier@host[:port]`, split at the last `@`; a scheme or path that some peers add is dropped.
 *
 * @throws OCM_ADDRESS_INVALID
 * @see OCM, "OCM Address"
 */
export function parseOcmAddress(text: string): OcmAddress {
  const at = text.lastIndexOf("@");
  const identifier = text.slice(0, Math.max(at, 0)).trim();
  if (identifier === "" || identifier.length > MAX_NAME || isDeceptive(identifier)) throw invalidAddress();
  try {
    return { identifier, provider: looseProvider(text.slice(at + 1)) };
  } catch (cause) {
    throw invalidAddress(cause);
  }
}

/** Writes what `parseOcmAddress` reads. */
export function formatOcmAddress({ identifier, provider }: OcmAddress): string {
  return `${identifier}@${provider}`;
}

/**
 * The text that some clouds put into base64 to make an identifier of it; the identifier itself, if it is none. For
 * display, and for clouds that want it back so.
 */
export function decodeIdentifier(identifier: string): string {
  const text = Buffer.from(identifier, "base64url").toString("utf8");
  const isEncoded =
    Buffer.from(text).toString("base64url") === identifier.replace(/=+$/, "").replace(/\+/g, "-").replace(/\//g, "_");
  return isEncoded && text.includes("@") && !isDeceptive(text) ? text : identifier;
}

function providerOfAuthority(scheme: string, authority: string): string {
  // URL parsers drop tabs and line breaks, decode %xx and take what follows / ? # @ for something else.
  if (authority.length > MAX_NAME || isDeceptive(authority) || /[\s/\\?#@%]|:$/.test(authority))
    throw invalidProvider();
  const url = `${scheme}${authority}`;
  if (!URL.canParse(url)) throw invalidProvider();
  return providerOfUrl(new URL(url));
}

const invalidProvider = () => invalid("PROVIDER_INVALID", "This is not the name of a cloud.");
const invalidAddress = (cause?: unknown) =>
  invalid("OCM_ADDRESS_INVALID", "This is not an address of the form name@cloud.example.org.", { cause });
