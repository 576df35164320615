import { invalid } from "@/lib/core/errors";
import { isSafeName } from "@/lib/protocol/ocm/text";

/**
 * The path in a request target or an href, still encoded. Not by way of `URL`, which would resolve `..` before
 * anybody could refuse it.
 *
 * @throws PATH_INVALID
 */
export function pathOfTarget(target: string): string {
  const path = target.replace(/^https?:\/\/[^/?#]*/i, "").replace(/\?.*$/s, "");
  if (path.includes("#")) throw invalid("PATH_INVALID", "An address has no fragment.");
  return path === "" ? "/" : path;
}

/**
 * The names in an encoded path, decoded once. Empty ones and `.` are passed over (peers write `/./`); whatever could
 * mean another place or deceive a reader is refused: `..`, encoded separators, control characters, bad UTF-8.
 *
 * @throws PATH_INVALID
 */
export function parseDavPath(encoded: string): string[] {
  const names = encoded.split("/").map(decodeName);
  return names.filter((name) => name !== "" && name !== ".").map(requireSafeName);
}

/** Names as an encoded path that begins with a slash; the empty path is the empty string. */
export function formatDavPath(path: readonly string[]): string {
  return path.map((name) => `/${encodeURIComponent(name)}`).join("");
}

function decodeName(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    throw invalid("PATH_INVALID", "The address is not encoded as it should be.", { cause });
  }
}

function requireSafeName(name: string): string {
  if (!isSafeName(name)) throw invalid("PATH_INVALID", "The address holds a name that no file can have.");
  return name;
}
