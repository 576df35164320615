import { peerFailed } from "@/lib/core/errors";
import { providerOfUrl } from "@/lib/protocol/ocm/address";

/**
 * Takes a URL that a peer chose only if it is https, without credentials, and on the Provider's own authority.
 * `allowHttp` is for a Provider on the exception list.
 *
 * @throws PEER_AUTHORITY_REFUSED
 */
export function requireSameAuthority(url: string | URL, provider: string, { allowHttp = false } = {}): URL {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  const isSecure = parsed?.protocol === "https:" || (allowHttp && parsed?.protocol === "http:");
  if (!parsed || !isSecure || parsed.username || parsed.password || !isAt(parsed, provider)) {
    throw peerFailed("PEER_AUTHORITY_REFUSED", "The other cloud named an address that is not its own.");
  }
  return parsed;
}

/** Whether a URL is on the authority of this name, its port included. */
export function isAt(url: string | URL, provider: string): boolean {
  try {
    return providerOfUrl(new URL(url)) === provider;
  } catch {
    return false;
  }
}
