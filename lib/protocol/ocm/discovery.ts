import { z } from "zod";
import { peerFailed } from "@/lib/core/errors";
import { jwkOfPem, PublicJwk } from "@/lib/protocol/httpsig/jwk";
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
  /** Of signatures after the older draft. */
  publicKey?: { keyId: string; publicKeyPem: string };
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
  /** Of clouds that sign after the older draft: the key that stands in the document itself. */
  ownKey: PublicJwk.optional(),
  /** What an administrator says of how it is spoken to; it does not tell that itself. */
  chosenDialect: z.string().optional(),
  /** The same of how what it gets is signed. */
  chosenSignature: z.string().optional(),
  /** How it last took something signed. */
  lastSignature: z.string().optional(),
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
  /** To whom something can be shared here: people if nothing is said. */
  shareTypes?: string[];
  publicKey?: DiscoveryDocument["publicKey"];
};

/** Some clouds look for a capability under the path that goes with it, as earlier drafts named it. */
const OLDER_NAMES = ["/invite-accepted", "invite-accepted", "/notifications"];
/** The capability of whoever sees to it that a share with `must-use-mfa` opens only so. */
export const ENFORCE_MFA = "enforce-mfa";
const CAPABILITIES = [
  ENFORCE_MFA,
  "exchange-token",
  "http-sig",
  "invites",
  "invite-wayf",
  "notifications",
  "protocol-object",
];

/** Our own document, in the newest form. Of the two forms of a `uri` we understand both, and ask for the newer. */
export function buildDiscovery({
  origin,
  name,
  webdavPath,
  criteria,
  publicKey,
  shareTypes = ["user"],
  ...paths
}: PresentedSite): DiscoveryDocument {
  const at = (path: string) => new URL(path, origin).href;
  const protocols = { webdav: webdavPath, "webdav-receive": { uri: "relative" } };
  return {
    enabled: true,
    apiVersion: "1.4.0",
    endPoint: at(paths.endPoint),
    provider: name,
    resourceTypes: ["file", "folder"].map((type) => ({ name: type, shareTypes, protocols })),
    capabilities: [...CAPABILITIES, ...OLDER_NAMES],
    criteria,
    inviteAcceptDialog: at(paths.inviteAcceptDialog),
    tokenEndPoint: at(paths.tokenEndPoint),
    jwksUri: at(paths.jwksUri),
    ...(publicKey && { publicKey }),
  };
}

const text = z.string().max(2048).optional().catch(undefined);
const words = z
  .array(z.unknown())
  .max(200)
  .catch([])
  .transform((all) => all.filter(isWord));
/** A path, or an object that holds one. */
const webdavPath = z
  .union([
    z.string().max(2048),
    z.object({ uri: text, path: text, url: text }).transform(({ uri, path, url }) => uri ?? path ?? url),
  ])
  .optional()
  .catch(undefined);
const ResourceType = z.object({
  name: z.string().max(64),
  protocols: z
    .object({ webdav: webdavPath, "webdav-receive": z.object({ uri: text }).optional().catch(undefined) })
    .catch({}),
});
/** A list, or an object: either the one entry itself or entries under their names. */
const entries = z
  .union([z.array(z.unknown()), z.record(z.string(), z.unknown())])
  .transform((given) => {
    if (Array.isArray(given)) return given.slice(0, 100);
    if ("protocols" in given) return [given];
    return Object.entries(given)
      .slice(0, 100)
      .map(([name, entry]) => ({ name, ...(typeof entry === "object" ? entry : {}) }));
  })
  .catch([]);
const pem = z.string().max(8192);
/** Tolerant in everything but the addresses, which `parseDiscovery` checks. */
const ReceivedDocument = z.object({
  enabled: z.boolean().catch(true),
  apiVersion: text,
  endPoint: text,
  /** So spelt by some. */
  endpoint: text,
  provider: text,
  resourceTypes: entries,
  /** The name of the same list in ownCloud 10. */
  shareTypes: entries,
  publicKey: z
    .union([pem.transform((key) => ({ keyId: "", publicKeyPem: key })), z.object({ keyId: text, publicKeyPem: pem })])
    .optional()
    .catch(undefined),
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
  const document = ReceivedDocument.safeParse(json).data;
  const address = document?.endPoint ?? document?.endpoint;
  if (!document || !address)
    throw peerFailed("DISCOVERY_INVALID", "The other cloud does not describe itself in OCM's terms.");
  if (!document.enabled) throw peerFailed("PROVIDER_DISABLED", "The other cloud has switched federation off.");

  const endPoint = requireSameAuthority(address, provider, options);
  const own = (url: string | undefined) => (url ? requireOwn(url, endPoint, provider, options) : undefined);
  const types = [...document.resourceTypes, ...document.shareTypes].flatMap(
    (entry) => ResourceType.safeParse(entry).data ?? [],
  );
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
    ownKey: ownKeyOf(document.publicKey),
  };
}

function ownKeyOf(key: { keyId?: string; publicKeyPem: string } | undefined): PublicJwk | undefined {
  return (key && jwkOfPem(key.publicKeyPem, key.keyId ?? "")) ?? undefined;
}

function requireOwn(url: string, base: URL, provider: string, options: { allowHttp?: boolean }): URL {
  return requireSameAuthority(URL.canParse(url, base) ? new URL(url, base.origin) : url, provider, options);
}

function isWord(value: unknown): value is string {
  return typeof value === "string" && value.length <= 64;
}
