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
  if (!parsed || !isSecure || parsed.username || parsed.password || !isOf(provider, parsed)) {
    throw peerFailed("PEER_AUTHORITY_REFUSED", "The other cloud named an address that is not its own.");
  }
  return parsed;
}

function isOf(provider: string, url: URL): boolean {
  try {
    return providerOfUrl(url) === provider;
  } catch {
    return false;
  }
}
