import { z } from "zod";
import { invalid, isAppError } from "@/lib/core/errors";
import { normalizeProvider } from "@/lib/protocol/ocm/address";
import { cleanDisplayName } from "@/lib/protocol/ocm/text";

// `ocmproviders.json`: the list of clouds in the form of clouds that discover nobody.

/** Of the API under a service; it is not the version of anything that is spoken, but those clouds want one. */
const API_VERSION = "0.0.1";
const MOST = 2_000;

export type ListedCloud = { provider: string; name: string; endPoint: string; webdav: string };

/** The entry of one cloud. Those clouds put the rest of a path right behind the address. */
export function providersEntry({ provider, name, endPoint, webdav }: ListedCloud) {
  const host = new URL(endPoint).origin;
  const service = (type: string, description: string, path: string) => ({
    endpoint: {
      type: { name: type, description: `${provider} ${description}` },
      name: `${provider} - ${description}`,
      path,
      is_monitored: true,
    },
    api_version: API_VERSION,
    host,
  });
  return {
    name: provider,
    full_name: name,
    organization: name,
    domain: provider,
    homepage: host,
    description: name,
    services: [
      service("OCM", "Open Cloud Mesh API", endPoint.replace(/\/?$/, "/")),
      service("Webdav", "WebDAV API", webdav),
    ],
  };
}

export type ReadEntry = { provider: string; name: string };
/** `entry` counts from one; `label` is how the entry calls itself. */
export type BadEntry = { entry: number; label: string; reason: string };

const label = z.string().max(2_000).catch("");
const Entry = z.object({ domain: z.string().trim().min(1).max(300), name: label, full_name: label });
const Labels = z.object({ name: label, full_name: label, domain: label });

/**
 * Reads such a list. The domains are names, to the letter: what some clouds take for a pattern is a bad entry here, and
 * so is an address with a scheme or a path. A cloud that is named twice is read once.
 *
 * @throws PROVIDERS_FILE_INVALID
 */
export function readProvidersFile(text: string): { entries: ReadEntry[]; bad: BadEntry[] } {
  const found = new Map<string, ReadEntry>();
  const bad: BadEntry[] = [];
  for (const [index, value] of parseList(text).entries()) {
    try {
      const entry = readEntry(value);
      if (!found.has(entry.provider)) found.set(entry.provider, entry);
    } catch (error) {
      if (!isAppError(error)) throw error;
      bad.push({ entry: index + 1, label: labelOf(value), reason: error.message });
    }
  }
  return { entries: [...found.values()], bad };
}

function parseList(text: string): unknown[] {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw invalid("PROVIDERS_FILE_INVALID", "This is no JSON. Choose the file ocmproviders.json.", { cause });
  }
  if (!Array.isArray(json)) throw invalid("PROVIDERS_FILE_INVALID", "This is no list of clouds: it begins with [.");
  if (json.length > MOST) throw invalid("PROVIDERS_FILE_INVALID", `These are more than ${MOST} clouds.`);
  return json;
}

function readEntry(value: unknown): ReadEntry {
  const entry = Entry.safeParse(value).data;
  if (!entry) throw invalid("PROVIDER_INVALID", "It has no domain.");
  try {
    const provider = normalizeProvider(entry.domain);
    return { provider, name: cleanDisplayName(entry.full_name || entry.name) || provider };
  } catch (cause) {
    if (!isAppError(cause)) throw cause;
    throw invalid("PROVIDER_INVALID", `“${cleanDisplayName(entry.domain)}” is not the name of a cloud.`, { cause });
  }
}

function labelOf(value: unknown): string {
  const { name = "", full_name = "", domain = "" } = Labels.safeParse(value).data ?? {};
  return cleanDisplayName(full_name || name || domain);
}
