import { isIPv6, type Socket } from "node:net";
import { once } from "@/lib/core/once";
import { knownSites } from "./sites";

type Listener = { address: string; port: number };
type OwnHost = Listener & { isHttp: boolean; opened: (socket: Socket) => void };

const slot = () => once("own-listener", () => ({ listener: null as Listener | null, open: new Set<string>() }));

/** Says where this process takes requests, for every site of the installation; null: nowhere any more. */
export function setOwnListener(listener: Listener | null): void {
  slot().listener = listener;
}

/**
 * Where a site of this installation is reached by the shortest way, without leaving this process; null for every other
 * host, and in a process that takes no requests.
 */
export function findOwnHost(authority: string): OwnHost | null {
  const { listener } = slot();
  const site = listener && knownSites().find(({ provider }) => provider === authority);
  return site ? { ...listener, isHttp: site.origin.startsWith("http:"), opened: noteOwnConnection } : null;
}

function noteOwnConnection(socket: Socket): void {
  const { open } = slot();
  const end = nameOfEnd(socket.localAddress, socket.localPort);
  open.add(end);
  socket.once("close", () => open.delete(end));
}

/** Whether this process itself is at the other end: then a site of the installation asks another one. */
export function comesFromWithin({ remoteAddress, remotePort }: Pick<Socket, "remoteAddress" | "remotePort">): boolean {
  return slot().open.has(nameOfEnd(remoteAddress, remotePort));
}

/** A door that is open to both families names addresses of the older one in the form of the newer. */
function nameOfEnd(address = "", port = 0): string {
  return `${isIPv6(address) ? address.replace(/^::ffff:(?=\d+\.)/, "") : address} ${port}`;
}
