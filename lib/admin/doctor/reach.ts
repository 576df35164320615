import net from "node:net";
import { config } from "@/lib/core/config";
import { isAppError } from "@/lib/core/errors";
import {
  exceptionsFor,
  isExceptedAddress,
  isInPrivateNetwork,
  isPublicAddress,
  portOf,
  readPrivateNetwork,
} from "@/lib/protocol/safe-fetch/addresses";
import { probeConnection, type SeenCertificate } from "@/lib/protocol/safe-fetch/probe";
import { findOwnHost } from "@/lib/sites/own-listener";
import { isMainSite, type Site } from "@/lib/sites/sites";
import { originOfProvider } from "@/lib/trust/guarded-client";
import { privateNetworksOf } from "@/lib/trust/private-networks";
import { getProviderRecord, isAllowed } from "@/lib/trust/provider-record";
import { resolveInTurn } from "@/lib/trust/resolve-in-turn";
import { broken, doubtful, fine } from "./findings";
import type { Finding } from "./schema";

/** A certificate that ends sooner is worth a word. */
const SOON_MS = 14 * 86_400_000;

/** What the name means, which has been read before. */
export async function examineName(site: Site, provider: string): Promise<Finding> {
  const isOwn = provider === site.provider;
  const meaning = isOwn
    ? "This is your own cloud: what follows is what other clouds meet."
    : "By this name it is known in addresses, signatures and on the list.";
  return fine(provider, meaning);
}

/** Whether this site deals with that cloud. */
export async function examineRule(site: Site, provider: string): Promise<Finding> {
  const record = await getProviderRecord(site.id, provider);
  const seen = { listed: "It is trusted.", unlisted: "It is not listed.", blocked: "It is blocked." }[record.standing];
  if (isAllowed(record)) return fine(seen, "Your rule lets people here connect with it.");
  return broken(seen, "Your rule shuts it out, so it is sent nothing that is signed.", {
    here: "Trust it under “Other clouds”, or choose another rule there.",
  });
}

const OWN_SITE = "It is another site of this installation.";

/** Which addresses the name leads to, and which of them may be reached. */
export async function examineAddresses(site: Site, provider: string): Promise<Finding> {
  if (findOwnHost(provider)) return fine(OWN_SITE, "It is reached here, whatever its name leads to elsewhere.");
  const url = new URL(originOfProvider(provider));
  const hostname = hostnameOf(url);
  const exceptions = exceptionsFor(config().outboundExceptions, hostname, portOf(url));
  const addresses = net.isIP(hostname) ? [hostname] : await resolve(hostname);
  if (addresses.length === 0) {
    return broken(`${hostname} leads to no address.`, "No cloud can find it by this name.", {
      here: "See that the name is spelt right, and that this server can resolve others.",
      there: "Enter the name into the public DNS.",
    });
  }
  const networks = net.isIP(hostname) ? [] : await privateNetworksOf(site.id, provider);
  const isAllowed = (address: string) => networks.some((network) => isInPrivateNetwork(network, address));
  const isRefused = (address: string) =>
    !isPublicAddress(address) && !isExceptedAddress(exceptions, address) && !isAllowed(address);
  // Only those who run the installation are shown what its network looks like from inside.
  const isMain = isMainSite(site);
  const shown = (address: string) => (isMain ? address : "An address in a private network");
  const seen = addresses.map((address) => (isRefused(address) ? `${shown(address)}, which is refused` : address));
  if (!addresses.some(isRefused)) return fine(seen, "The name leads to addresses that may be reached.");
  const refused = addresses.find(isRefused) ?? "";
  const exception = `OUTBOUND_EXCEPTIONS=https://${provider}=${refused}`;
  const allowing = readPrivateNetwork(refused)
    ? `name ${refused} as its private network on its page`
    : `allow it: ${exception}`;
  return broken(
    [...new Set(seen)],
    "An address in a private network is not asked, so that nobody can look around in yours.",
    {
      here: `If it is meant to be there, ${isMain ? allowing : "ask whoever runs this installation to allow it."}`,
      there: "Let the name lead to public addresses only.",
    },
  );
}

async function resolve(hostname: string): Promise<string[]> {
  const found = await resolveInTurn(hostname).catch(() => []);
  return found.map(({ address }) => address);
}

/** Whether a connection comes about, and with which certificate. */
export async function examineConnection(site: Site, provider: string): Promise<Finding> {
  if (findOwnHost(provider)) return fine(OWN_SITE, "It is asked without leaving this server.");
  const url = new URL(originOfProvider(provider));
  try {
    const seen = await probeConnection(url, config().outboundExceptions, resolveInTurn, (authority) =>
      privateNetworksOf(site.id, authority),
    );
    const reached = `Connected to ${seen.address}, port ${portOf(url)}.`;
    if (seen.certificate) return judge(reached, seen.certificate);
    return doubtful([reached, "Not encrypted."], "It is reached without encryption, as the settings allow.", {
      here: "Take it out of OUTBOUND_EXCEPTIONS once it answers with https.",
    });
  } catch (error) {
    if (!isAppError(error)) throw error;
    return explain(url, error.message, error.cause);
  }
}

function judge(reached: string, { names, issuer, validTo }: SeenCertificate): Finding {
  const until = validTo.toISOString().slice(0, 10);
  const seen = [reached, `Certificate for ${names.join(", ")}`, `Issued by ${issuer}, valid until ${until}.`];
  if (validTo.getTime() - Date.now() > SOON_MS) return fine(seen, "Its certificate is valid for this name.");
  return doubtful(seen, `Its certificate ends on ${until}. From then on nothing passes.`, {
    there: "See that the certificate is renewed in time.",
  });
}

type Fault = { codes: RegExp; meaning: string; here?: string; there?: string };
const FAULTS: Fault[] = [
  { codes: /CERT_HAS_EXPIRED/, meaning: "Its certificate has expired.", there: "Renew the certificate." },
  {
    codes: /ALTNAME_INVALID/,
    meaning: "Its certificate is for other names.",
    there: "Use a certificate that names this host.",
  },
  {
    codes: /SELF_SIGNED/,
    meaning: "Nobody vouches for its certificate.",
    here: "If an authority of your own issued it, name that in NODE_EXTRA_CA_CERTS.",
    there: "Use a certificate of a public authority.",
  },
  {
    codes: /UNABLE_TO_(VERIFY|GET)/,
    meaning: "The chain of its certificate is not complete, or leads to an unknown authority.",
    here: "If an authority of your own issued it, name that in NODE_EXTRA_CA_CERTS.",
    there: "Let the server send the certificates between its own and the authority's (the “full chain”).",
  },
  {
    codes: /ECONNREFUSED/,
    meaning: "Nothing listens there.",
    here: "See that no firewall on your side refuses the connection.",
    there: "Start the server, and let it listen on this port.",
  },
  {
    codes: /TIMEOUT|TIMEDOUT|UNREACH/i,
    meaning: "Nobody answers at that address.",
    here: "See that this server may open connections to the outside.",
    there: "See that no firewall drops connections to this port.",
  },
  {
    codes: /SSL|TLS|EPROTO/,
    meaning: "No encrypted connection came about.",
    there: "Let this port answer with https.",
  },
];

/** Also of the several tries of a name with several addresses. */
function explain(url: URL, sentence: string, cause: unknown): Finding {
  const { code = "", message = "", name = "" } = (cause ?? {}) as { code?: string; message?: string; name?: string };
  const fault = FAULTS.find(({ codes }) => codes.test(code) || codes.test(name));
  const seen = [`Port ${portOf(url)}: ${[code, message].filter(Boolean).join(", ") || sentence}`];
  const { meaning = sentence, here, there = "See whether the server runs, and what its log says." } = fault ?? {};
  return broken(seen, meaning, { ...(here && { here }), there });
}

const hostnameOf = ({ hostname }: URL) => hostname.replace(/^\[|\]$/g, "");
