import { type AppError, isAppError } from "@/lib/core/errors";
import { type PublicJwk, thumbprint } from "@/lib/protocol/httpsig/jwk";
import { DISCOVERY_PATHS, type DiscoveredProvider } from "@/lib/protocol/ocm/discovery";
import type { Site } from "@/lib/sites/sites";
import { keysThatCount } from "@/lib/trust/counting-keys";
import { dialectOf } from "@/lib/trust/dialects/dialect";
import { discoverProvider } from "@/lib/trust/discover-provider";
import { guardedClient, originOfProvider, readJson } from "@/lib/trust/guarded-client";
import { howToSign } from "@/lib/trust/how-to-sign";
import { keysOfProvider } from "@/lib/trust/provider-keys";
import { getProviderRecord } from "@/lib/trust/provider-record";
import type { Signature } from "@/lib/trust/schema";
import { broken, doubtful, fine, needless } from "./findings";
import type { Finding } from "./schema";

const MINUTE = 60_000;
/** As much as the `created` of a signature may be off (FEDERATION.md). */
const TOO_FAR = 5 * MINUTE;

/** What answers at each path of discovery, and what the document says. */
export async function examineDiscovery(site: Site, provider: string): Promise<Finding> {
  const paths = await Promise.all(DISCOVERY_PATHS.map((path) => lookAt(site, provider, path)));
  try {
    const told = await discoverProvider(site.id, provider, { fresh: true });
    return fine([...paths, ...documentLines(told)], meaningOf(told));
  } catch (error) {
    if (!isAppError(error)) throw error;
    return broken(paths, error.message, mendDiscovery(provider, error));
  }
}

async function lookAt(site: Site, provider: string, path: string): Promise<string> {
  try {
    const url = new URL(path, originOfProvider(provider));
    const { status, headers, body } = await guardedClient(site.id).request(url, {
      headers: { accept: "application/json" },
    });
    const type = readJson(body) === undefined ? (headers["content-type"] ?? "nothing") : "a JSON document";
    return `${path}: ${status}, ${type}`;
  } catch (error) {
    if (!isAppError(error)) throw error;
    return `${path}: ${error.message}`;
  }
}

function documentLines({ name, apiVersion, endPoint, webdavPath, capabilities, criteria }: DiscoveredProvider) {
  return [
    `It calls itself “${name || "nothing"}”, API version ${apiVersion || "unknown"}.`,
    `endPoint: ${endPoint}`,
    `WebDAV: ${webdavPath ?? "none"}`,
    `Capabilities: ${capabilities.join(", ") || "none"}`,
    ...(criteria.length > 0 ? [`Criteria: ${criteria.join(", ")}`] : []),
  ];
}

function meaningOf({ criteria }: DiscoveredProvider): string {
  const isList = criteria.includes("allowlist");
  const usual = "It describes itself, and every address in it is its own.";
  return isList ? `${usual} It deals only with clouds that its administrators have listed.` : usual;
}

function mendDiscovery(provider: string, { code }: AppError): { here?: string; there: string } {
  if (code === "PROVIDER_DISABLED") return { there: "Switch federation on." };
  if (code === "PEER_AUTHORITY_REFUSED") {
    return { there: `Every address in the document must begin with ${originOfProvider(provider)}.` };
  }
  return {
    here: "If the cloud has another name, check that one: often it is not the name of the organisation.",
    there: `${originOfProvider(provider)}/.well-known/ocm must answer with the document as JSON, without leading elsewhere.`,
  };
}

/** Its clock against ours: signatures are good for a few minutes. */
export async function examineClock(site: Site, provider: string): Promise<Finding> {
  const sentAt = Date.now();
  const theirs = Date.parse((await dateOf(site, provider)) ?? "");
  if (Number.isNaN(theirs)) return needless("Its answers do not say when they were made.", "Nothing to compare.");
  // The header knows whole seconds only.
  const ahead = Math.round((theirs - (sentAt + Date.now()) / 2) / 1000) * 1000;
  const seen = `${Math.abs(ahead) / 1000} s ${ahead < 0 ? "behind" : "ahead of"} ours, at ${new Date(theirs).toISOString()}`;
  const mend = {
    here: "See that this server sets its clock by NTP.",
    there: "See that the server sets its clock by NTP.",
  };
  if (Math.abs(ahead) > TOO_FAR) return broken(seen, "The clocks differ so much that signatures are refused.", mend);
  if (Math.abs(ahead) > MINUTE)
    return doubtful(seen, "The clocks drift apart. Beyond five minutes signatures are refused.", mend);
  return fine(seen, "The clocks agree well enough for signatures.");
}

/** What an answer is dated, whatever it says; null where there is none that we take. */
async function dateOf(site: Site, provider: string): Promise<string | null> {
  try {
    const { headers } = await guardedClient(site.id).request(new URL(DISCOVERY_PATHS[0], originOfProvider(provider)));
    return headers.date ?? null;
  } catch (error) {
    if (!isAppError(error)) throw error;
    return null;
  }
}

/** With which keys its signatures are checked, and where they stand. */
export async function examineKeys(site: Site, provider: string): Promise<Finding> {
  const told = await discoverProvider(site.id, provider);
  const { signature } = dialectOf(told);
  try {
    const published = await keysOfProvider(site.id, provider, { fresh: true });
    const keys = keysThatCount({ discovery: told, keys: published });
    const place = published.length === 0 ? "publicKey in its document" : (told.jwksUri ?? "/.well-known/jwks.json");
    if (keys.length > 0) return fine([`From ${place}:`, ...keys.map(keyLine)], "What it signs can be verified.");
  } catch (error) {
    if (!isAppError(error)) throw error;
    if (signature !== "none") return noKeys(error.message);
  }
  return signature === "none" ? unsigned(site, provider) : noKeys("There is no key among what it publishes.");
}

const keyLine = (key: PublicJwk) => `${key.kid || "nameless"}: ${key.alg ?? key.crv ?? key.kty} ${thumbprint(key)}`;

const noKeys = (seen: string) =>
  broken(seen, "Nothing that it signs can be verified, so all of it is refused.", {
    there: "Let jwksUri of the discovery document lead to a JWK Set with the public keys.",
  });

async function unsigned(site: Site, provider: string): Promise<Finding> {
  const { acceptsUnsigned } = await getProviderRecord(site.id, provider);
  const seen = "It publishes no keys: clouds of this kind do not sign.";
  if (acceptsUnsigned) return doubtful(seen, "Its unsigned messages are taken, and wait as requests.");
  return doubtful(seen, "What it sends here is refused, because nobody can tell who sent it.", {
    here: "To take it all the same, choose “How to deal with it” under “Other clouds”.",
    there: "Bring the cloud to a version that signs.",
  });
}

const SIGNATURES: Record<Signature, string> = {
  ed25519: "What we send is signed after RFC 9421 with Ed25519.",
  es256: "What we send is signed after RFC 9421 with ES256.",
  rsa: "What we send is signed after RFC 9421 with RSA.",
  cavage: "What we send is signed after the older draft (cavage).",
  none: "What we send is not signed: clouds of this kind check nothing.",
};

/** How it is spoken to. */
export async function examineDialect(site: Site, provider: string): Promise<Finding> {
  const told = await discoverProvider(site.id, provider);
  const { name, opensBySecret } = dialectOf(told);
  const chosen = told.chosenDialect ? "chosen by an administrator" : "as its document shows";
  const access = opensBySecret
    ? "Shares are opened by their secret."
    : "Shares are opened by access tokens, for which the secret is exchanged.";
  const signature = await howToSign(site.id, provider, told, await getProviderRecord(site.id, provider));
  return fine(`${name}, ${chosen}`, `${SIGNATURES[signature]} ${access}`);
}
