import type { IncomingMessage } from "node:http";
import { isIPv4, isIPv6 } from "node:net";
import { config } from "@/lib/core/config";
import { newId } from "@/lib/core/ids";
import { comesFromWithin } from "@/lib/sites/own-listener";
import { siteOfHost } from "@/lib/sites/sites";

/**
 * Settles once what everything behind relies on: which site a request is for and who sent it, by its address, or that it
 * was another site of this installation (`x-tessera-within`). Whatever a client says of that itself is removed; a proxy
 * is believed only if `TRUSTED_PROXIES` names it.
 *
 * @throws UNKNOWN_HOST
 */
export async function settle(req: IncomingMessage): Promise<void> {
  const { headers } = req;
  const remote = plainAddress(req.socket.remoteAddress ?? "");
  const isProxied = isTrusted(remote);
  const host = isProxied ? (lastOf(headers["x-forwarded-host"]) ?? headers.host) : headers.host;
  const address = isProxied ? clientBehind(headers["x-forwarded-for"], remote) : remote;
  for (const name in headers) {
    if (/^(?:x-forwarded-|forwarded$|x-real-ip$|x-tessera-)/.test(name)) delete headers[name];
  }

  headers["x-request-id"] = newId();
  headers["x-tessera-address"] = address;
  if (comesFromWithin(req.socket)) headers["x-tessera-within"] = "1";
  headers["x-tessera-target"] = req.url;
  const site = await siteOfHost(host);
  headers["x-tessera-site"] = site.id;
  // Next and next-auth take the public origin from these.
  [headers["x-forwarded-proto"], headers["x-forwarded-host"]] = site.origin.split("://");
  headers["x-forwarded-for"] = address;
}

/** The nearest address that is no proxy of ours: what stands left of it, the client may have made up. */
function clientBehind(forwardedFor: string | string[] | undefined, remote: string): string {
  const hops = String(forwardedFor ?? "")
    .split(",")
    .map((hop) => plainAddress(hop.trim()));
  const client = hops.findLast((hop) => !isTrusted(hop));
  return client && (isIPv4(client) || isIPv6(client)) ? client : remote;
}

const lastOf = (value: string | string[] | undefined) => value?.toString().split(",").at(-1)?.trim();
const plainAddress = (address: string) => address.replace(/^::ffff:(?=\d+\.)/, "");

function isTrusted(address: string): boolean {
  const { trustedProxies } = config().listen;
  if (isIPv4(address)) return trustedProxies.check(address, "ipv4");
  return isIPv6(address) && trustedProxies.check(address, "ipv6");
}
