import { isIPv6 } from "node:net";

/**
 * What counts as one client: the address, or of IPv6 its /64, within which anybody has as many addresses as he likes.
 *
 * @see RFC 6177
 */
export function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  const [head = "", tail = ""] = address.split("::");
  const [left, right] = [head, tail].map((groups) => groups.split(":").filter(Boolean));
  const zeros = Math.max(0, 8 - (left?.length ?? 0) - (right?.length ?? 0));
  const groups = [...(left ?? []), ...Array<string>(zeros).fill("0"), ...(right ?? [])];
  const network = groups.slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16));
  return `${network.join(":")}::/64`;
}
