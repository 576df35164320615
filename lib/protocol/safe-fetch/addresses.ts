import ipaddr from "ipaddr.js";

/**
 * A host that the operator lets us reach at an address that is not public: both must match. With `host:port` the
 * exception holds for that port alone, so that it opens no other service of the same machine.
 */
export type AllowedHost = { host: string; address: string; isHttpsOnly?: boolean };

/** IPv4-compatible IPv6 (deprecated), which ipaddr.js takes for unicast. */
const IPV4_COMPATIBLE = ipaddr.IPv6.parse("::");

/**
 * Whether an address belongs to the public internet. Denied unless known to be: private, loopback, link-local, CGNAT,
 * multicast, documentation, benchmarking, and every IPv6 form that carries an IPv4 address elsewhere
 * (compatible, NAT64, 6to4, Teredo). A mapped IPv4 address is judged as the address that it is.
 */
export function isPublicAddress(address: string): boolean {
  const parsed = parseAddress(address);
  if (parsed?.range() !== "unicast") return false;
  return parsed instanceof ipaddr.IPv4 || !parsed.match(IPV4_COMPATIBLE, 96);
}

/** The exceptions that hold for this host and port. */
export function exceptionsFor(allowHosts: AllowedHost[], hostname: string, port: string): AllowedHost[] {
  const names = [hostname, `${hostname}:${port}`].map((name) => name.toLowerCase());
  return allowHosts.filter(({ host }) => names.includes(host.toLowerCase()));
}

/** Whether one of the exceptions names this very address. */
export function isExceptedAddress(exceptions: AllowedHost[], address: string): boolean {
  const wanted = parseAddress(address)?.toNormalizedString();
  return wanted !== undefined && exceptions.some((one) => parseAddress(one.address)?.toNormalizedString() === wanted);
}

/** Ranges of which nobody else knows the machines. Not among them: this machine itself, and what a link gives out. */
const PRIVATE = ["private", "uniqueLocal", "carrierGradeNat"];
/** A wider range would be no network of anybody. */
const WIDEST_BITS = 8;

/** An address or a range of addresses that lies wholly in private networks, as `10.1.2.0/24`; null for any other. */
export function readPrivateNetwork(text: string): string | null {
  const [address = "", bits, ...more] = text.trim().split("/");
  const parsed = parseAddress(address);
  const most = parsed?.kind() === "ipv4" ? 32 : 128;
  const length = bits === undefined ? most : /^\d{1,3}$/.test(bits) ? Number(bits) : Number.NaN;
  if (!parsed || more.length > 0 || !(length >= WIDEST_BITS && length <= most)) return null;
  const first = (parsed.kind() === "ipv4" ? ipaddr.IPv4 : ipaddr.IPv6).networkAddressFromCIDR(`${parsed}/${length}`);
  const last = (parsed.kind() === "ipv4" ? ipaddr.IPv4 : ipaddr.IPv6).broadcastAddressFromCIDR(`${parsed}/${length}`);
  return [first, last].every((end) => PRIVATE.includes(end.range())) ? `${first}/${length}` : null;
}

/** Whether a private address lies in this network. */
export function isInPrivateNetwork(network: string, address: string): boolean {
  const parsed = parseAddress(address);
  const [first, bits] = ipaddr.parseCIDR(network);
  return parsed?.kind() === first.kind() && PRIVATE.includes(parsed.range()) && parsed.match(first, bits);
}

/** Whether all of a private network lies in another one. */
export function holdsNetwork(network: string, other: string): boolean {
  const [first, bits] = ipaddr.parseCIDR(other);
  return ipaddr.parseCIDR(network)[1] <= bits && isInPrivateNetwork(network, first.toString());
}

/** The port that a URL means. */
export function portOf({ protocol, port }: { protocol: string; port: string }): string {
  return port || (protocol === "https:" ? "443" : "80");
}

/** The name of the Provider at a URL: its host, with the port unless that is 443. */
export function authorityOf(url: { protocol: string; hostname: string; port: string }): string {
  const port = portOf(url);
  return port === "443" ? url.hostname : `${url.hostname}:${port}`;
}

function parseAddress(address: string): ipaddr.IPv4 | ipaddr.IPv6 | null {
  // A zone is of no other server, and `::a.b.c.d` ipaddr.js would take for a mapped address.
  const isOdd = address.includes("%") || /^::\d+\./.test(address);
  return isOdd || !ipaddr.isValid(address) ? null : ipaddr.process(address);
}
