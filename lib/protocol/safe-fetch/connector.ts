import dns from "node:dns";
import net, { type LookupFunction } from "node:net";
import { buildConnector } from "undici";
import { peerFailed } from "@/lib/core/errors";
import {
  type AllowedHost,
  authorityOf,
  exceptionsFor,
  isExceptedAddress,
  isInPrivateNetwork,
  isPublicAddress,
  portOf,
} from "@/lib/protocol/safe-fetch/addresses";

export type ResolvedAddress = { address: string; family: number };
/**
 * A host that stands in this very process, and where it listens, in the clear. `opened` hears of each connection to it
 * before anything is sent there.
 */
export type OwnHost = { address: string; port: number; isHttp: boolean; opened: (socket: net.Socket) => void };
export type FindOwnHost = (authority: string) => OwnHost | null;
export type Resolve = (hostname: string) => Promise<ResolvedAddress[]>;
/** The private networks in which the host of this authority may live. */
export type FindNetworks = (authority: string) => Promise<string[]>;
type MayReach = (address: string) => boolean;

const CONNECT_TIMEOUT_MS = 5_000;

/**
 * Opens connections only to addresses that were checked, and to exactly those: a name is resolved once, every answer
 * must pass, and the socket gets the checked list. Plain http goes to the exceptions only. A name with a private network
 * may lead there, over https: the certificate proves that it is who was meant. A host of our own is reached at
 * its own door, whatever its name resolves to: it hears what it would hear from outside.
 */
export function guardedConnector(
  allowHosts: AllowedHost[],
  resolve: Resolve,
  findOwnHost: FindOwnHost = () => null,
  findNetworks: FindNetworks = async () => [],
): buildConnector.connector {
  const connectors = new Map<string, buildConnector.connector>();
  const connectWithin = buildConnector({ timeout: CONNECT_TIMEOUT_MS });

  return (options, callback) => {
    const hostname = options.hostname.replace(/^\[|\]$/g, "");
    const port = portOf(options);
    const own = findOwnHost(authorityOf(options));
    if (own) {
      const { address, port: ownPort, opened } = own;
      const within = { ...options, protocol: "http:", hostname: address, port: String(ownPort) };
      return connectWithin(within, (...[error, socket]) => {
        if (error) return callback(error, null);
        opened(socket);
        callback(null, socket);
      });
    }
    const exceptions = exceptionsFor(allowHosts, hostname, port);
    const isHttps = options.protocol === "https:";
    const connectIn = (networks: string[]) => {
      const mayReach: MayReach = (address) =>
        isExceptedAddress(exceptions, address) ||
        (isHttps && (isPublicAddress(address) || networks.some((network) => isInPrivateNetwork(network, address))));
      // A literal never reaches the lookup.
      if (net.isIP(hostname) !== 0 && !mayReach(hostname)) return callback(addressRefused(), null);

      // One for each exception and one for all other hosts, each with the TLS sessions that it can resume.
      const kind = `${isHttps} ${exceptions.map(({ host, address }) => `${host}=${address}`)} ${networks}`;
      const lookup = guardedLookup(mayReach, resolve);
      const connect = connectors.get(kind) ?? buildConnector({ timeout: CONNECT_TIMEOUT_MS, lookup });
      connectors.set(kind, connect);
      connect(options, callback);
    };
    if (!isHttps || net.isIP(hostname) !== 0) return connectIn([]);
    findNetworks(authorityOf(options)).then(connectIn, (error) => callback(error, null));
  };
}

function guardedLookup(mayReach: MayReach, resolve: Resolve): LookupFunction {
  return (hostname, options, callback) => {
    const done = (resolved: ResolvedAddress[]) => {
      const [first] = resolved;
      if (!first || !resolved.every(({ address }) => mayReach(address))) callback(addressRefused(), "");
      else if (options.all) callback(null, resolved);
      else callback(null, first.address, first.family);
    };
    resolve(hostname).then(done, (error) => callback(error, ""));
  };
}

/** The system's resolver, and `*.localhost`, which Node does not resolve (RFC 6761); the check comes after. */
export async function resolveHost(hostname: string): Promise<ResolvedAddress[]> {
  if (/^(?:.+\.)?localhost$/i.test(hostname)) return [{ address: "127.0.0.1", family: 4 }];
  return dns.promises.lookup(hostname, { all: true });
}

/** The refusal of an address, for whatever reason: the reasons would map our network for a stranger. */
export function addressRefused() {
  return peerFailed("PEER_ADDRESS_REFUSED", "This address may not be reached from here.");
}
