import { type InnerList, serializeInnerList, serializeItem } from "structured-headers";
import { componentValue, type SignedMessage } from "@/lib/protocol/httpsig/message";

/**
 * The bytes that are signed: one line per covered component, then the parameters.
 * Null when a component is missing from the message, is one we do not know, or carries parameters.
 *
 * @see RFC 9421, section 2.5
 */
export function signatureBase(message: SignedMessage, covered: InnerList): Buffer | null {
  const lines: string[] = [];
  for (const [name, parameters] of covered[0]) {
    const value = typeof name === "string" && parameters.size === 0 ? componentValue(message, name) : null;
    if (value === null) return null;
    lines.push(`${serializeItem([name, parameters])}: ${value}`);
  }
  lines.push(`"@signature-params": ${serializeInnerList(covered)}`);
  return Buffer.from(lines.join("\n"), "latin1");
}
