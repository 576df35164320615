import { z } from "zod";
import { peerFailed } from "@/lib/core/errors";
import { cleanDisplayName } from "@/lib/protocol/ocm/text";
import { requireSameAuthority } from "@/lib/protocol/safe-fetch/authority";

/** Where a Provider describes itself, in the order in which they are tried. */
export const DISCOVERY_PATHS = ["/.well-known/ocm", "/ocm-provider", "/ocm-provider/"] as const;

/** What a Provider says of itself, as it travels. @see OCM, "OCM API Discovery" */
export type DiscoveryDocument = {
  enabled: boolean;
  apiVersion: string;
  endPoint: string;
  provider: string;
  resourceTypes: { name: string; shareTypes: string[]; protocols: Record<string, unknown> }[];
  capabilities: string[];
  criteria: string[];
  inviteAcceptDialog: string;
  tokenEndPoint: string;
  jwksUri: string;
};

/** What we keep of another Provider's document: every URL is absolute and on its own authority. */
export const DiscoveredProvider = z.object({
  /** What the Provider calls itself; may be empty. */
  name: z.string(),
  apiVersion: z.string(),
  endPoint: z.string(),
  tokenEndPoint: z.string().optional(),
  jwksUri: z.string().optional(),
  inviteAcceptDialog: z.string().optional(),
  webdavPath: z.string().optional(),
  /** Whether it wants the `uri` of a share below its sender's WebDAV path; else whole. */
  takesRelativeUris: z.boolean().default(false),
  capabilities: z.array(z.string()),
  criteria: z.array(z.string()),
});
export type DiscoveredProvider = z.infer<typeof DiscoveredProvider>;

/** A site as it presents itself; all but the origin and the name are paths. */
export type PresentedSite = {
  origin: string;
  name: string;
  endPoint: string;
  tokenEndPoint: string;
  jwksUri: string;
  inviteAcceptDialog: string;
  webdavPath: string;
  criteria: string[];
};

/** Our own document, in the newest form. Of the two forms of a `uri` we understand both, and ask for the newer. */
export function buildDiscovery({ origin, name, webdavPath, criteria, ...paths }: PresentedSite): DiscoveryDocument {
  const at = (path: string) => new URL(path, origin).href;
  const protocols = { webdav: webdavPath, "webdav-receive": { uri: "relative" } };
  return {
    enabled: true,
    apiVersion: "1.4.0",
    endPoint: at(paths.endPoint),
    provider: name,
    resourceTypes: ["file", "folder"].map((type) => ({ name: type, shareTypes: ["user"], protocols })),
    capabilities: ["exchange-token", "http-sig", "invites", "invite-wayf", "notifications", "protocol-object"],
    criteria,
    inviteAcceptDialog: at(paths.inviteAcceptDialog),
    tokenEndPoint: at(paths.tokenEndPoint),
    jwksUri: at(paths.jwksUri),
  };
}

const text = z.string().max(2048).optional().catch(undefined);
const words = z
  .array(z.unknown())
  .max(200)
  .catch([])
  .transform((all) => all.filter(isWord));
const ResourceType = z.object({
  name: z.string().max(64),
  protocols: z
    .object({ webdav: text, "webdav-receive": z.object({ uri: text }).optional().catch(undefined) })
    .catch({}),
});
/** Tolerant in everything but the addresses, which `parseDiscovery` checks. */
const ReceivedDocument = z.object({
  enabled: z.boolean().catch(true),
  apiVersion: text,
  endPoint: z.string().max(2048),
  provider: text,
  resourceTypes: z.array(z.unknown()).max(100).catch([]),
  capabilities: words,
  criteria: words,
  inviteAcceptDialog: text,
  tokenEndPoint: text,
  jwksUri: text,
});

/**
 * Reads what another Provider says of itself. Each address in it must lie on that Provider's own authority;
 * a path is taken as one there.
 *
 * @throws DISCOVERY_INVALID, PROVIDER_DISABLED, PEER_AUTHORITY_REFUSED (502)
 * @see OCM, "OCM API Discovery"
 */
export function parseDiscovery(
  provider: string,
  json: unknown,
  options: { allowHttp?: boolean } = {},
): DiscoveredProvider {
  const parsed = ReceivedDocument.safeParse(json);
  if (!parsed.success)
    throw peerFailed("DISCOVERY_INVALID", "The other cloud does not describe itself in OCM's terms.");
  const document = parsed.data;
  if (!document.enabled) throw peerFailed("PROVIDER_DISABLED", "The other cloud has switched federation off.");

  const endPoint = requireSameAuthority(document.endPoint, provider, options);
  const own = (url: string | undefined) => (url ? requireOwn(url, endPoint, provider, options) : undefined);
  const types = document.resourceTypes.flatMap((entry) => ResourceType.safeParse(entry).data ?? []);
  const { protocols } = types.find(({ name }) => name === "file") ?? types[0] ?? {};
  return {
    name: cleanDisplayName(document.provider ?? ""),
    apiVersion: document.apiVersion ?? "",
    endPoint: endPoint.href.replace(/\/+$/, ""),
    tokenEndPoint: own(document.tokenEndPoint)?.href,
    jwksUri: own(document.jwksUri)?.href,
    inviteAcceptDialog: own(document.inviteAcceptDialog)?.href,
    webdavPath: own(protocols?.webdav)?.pathname,
    takesRelativeUris: protocols?.["webdav-receive"]?.uri === "relative",
    capabilities: document.capabilities,
    criteria: document.criteria,
  };
}

function requireOwn(url: string, base: URL, provider: string, options: { allowHttp?: boolean }): URL {
  return requireSameAuthority(URL.canParse(url, base) ? new URL(url, base.origin) : url, provider, options);
}

function isWord(value: unknown): value is string {
  return typeof value === "string" && value.length <= 64;
}
