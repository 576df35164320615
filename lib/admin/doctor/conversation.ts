import { newId } from "@/lib/core/ids";
import { newSecret } from "@/lib/core/secrets";
import { callProvider, type PeerAnswer } from "@/lib/delivery/call-provider";
import type { DiscoveredProvider } from "@/lib/protocol/ocm/discovery";
import type { Site } from "@/lib/sites/sites";
import { dialectOf, signatureFor } from "@/lib/trust/dialects/dialect";
import { discoverProvider } from "@/lib/trust/discover-provider";
import { guardedClient, originOfProvider } from "@/lib/trust/guarded-client";
import { INVITE_PREVIEW } from "@/lib/trust/site-discovery";
import { broken, doubtful, fine, needless } from "./findings";
import type { Finding } from "./schema";

// Messages that change nothing wherever they arrive: about an invite, a share and a code that nobody has.

/** Whether our signature is understood: any answer but 401 shows it. */
export async function examineSignature(site: Site, provider: string): Promise<Finding> {
  const told = await discoverProvider(site.id, provider);
  if (signatureFor(told, []) === "none") {
    return needless([], "Clouds of this kind check no signatures, so none is sent.");
  }
  if (!told.capabilities.includes(INVITE_PREVIEW)) return judgeSignature(site, await notifyOfNothing(site, provider));
  const json = { token: newSecret("inv") };
  return judgeSignature(site, await callProvider(site, provider, { to: "/invite-preview", json }));
}

function judgeSignature(site: Site, answer: PeerAnswer): Finding {
  const seen = `A signed message was answered with ${told(answer)}.`;
  if (answer.status === 401) {
    return broken(seen, "It does not believe our signature.", {
      here: `See that the clock is right, and that the proxy passes on ${site.origin}/.well-known/ocm and /ocm/jwks as they are. If it still does not, choose another signature under “How to deal with it”.`,
      there: `Fetch ${site.origin}/ocm/jwks from that server, and look into its log for the reason.`,
    });
  }
  if (answer.status === 403) return excluded(site, seen);
  if (answer.status >= 500) return mostLikelyUnreachable(site, seen);
  if (isMissing(answer)) return missing(seen);
  return fine(seen, "It understands our signature.");
}

/** Whether access tokens can be had there: of a code that nobody has, a healthy cloud says that it is not valid. */
export async function examineToken(site: Site, provider: string): Promise<Finding> {
  const peer = await discoverProvider(site.id, provider);
  const { tokenEndPoint } = peer;
  if (!tokenEndPoint) return withoutTokens(peer);
  const form = { grant_type: "authorization_code", client_id: site.provider, code: newSecret("shr") };
  const answer = await callProvider(site, provider, { to: tokenEndPoint, form });
  const seen = `A code that nobody has was answered with ${told(answer)}.`;
  const { error } = (answer.json ?? {}) as { error?: unknown };
  if (answer.status === 400 && error === "invalid_grant")
    return fine(seen, "It gives access tokens, and not to everybody.");
  if (answer.status === 200)
    return broken(seen, "It gives access for any code.", { there: "Check the token endpoint." });
  if (answer.status === 401)
    return broken(seen, "It does not believe our signature here.", { there: "See “Signature”." });
  if (answer.status === 403) return excluded(site, seen);
  if (answer.status >= 500) return mostLikelyUnreachable(site, seen);
  if (isMissing(answer)) return missing(seen);
  return doubtful(seen, "It refuses, but not in the words that OAuth has for this (invalid_grant).", {
    there: "Check the token endpoint if shares from there cannot be opened.",
  });
}

function withoutTokens(peer: DiscoveredProvider): Finding {
  if (dialectOf(peer).opensBySecret) return needless([], "Clouds of this kind open shares by their secret.");
  if (!peer.capabilities.includes("exchange-token")) {
    return doubtful("It names no tokenEndPoint.", "It exchanges no secrets: what it shares may not be openable here.", {
      there: "Bring the cloud to a version that lists exchange-token.",
    });
  }
  return broken("It lists exchange-token, but names no tokenEndPoint.", "What it shares cannot be opened here.", {
    there: "Let the discovery document name the tokenEndPoint.",
  });
}

/** Whether WebDAV answers where shares are opened. Nothing is named, so to be refused is right. */
export async function examineWebdav(site: Site, provider: string): Promise<Finding> {
  const { webdavPath } = await discoverProvider(site.id, provider);
  if (!webdavPath) {
    return broken("Its document names no WebDAV path.", "Files cannot be opened there.", {
      there: "Let resourceTypes of the discovery document name the protocol webdav.",
    });
  }
  const url = `${originOfProvider(provider)}${webdavPath}`;
  const { status, headers } = await guardedClient(site.id).request(url, {
    method: "PROPFIND",
    headers: { depth: "0" },
  });
  const type = headers["content-type"] ?? "";
  const seen = `PROPFIND ${url}: ${[status, type].filter(Boolean).join(", ")}`;
  if ([401, 403, 405, 207].includes(status)) return fine(seen, "WebDAV answers there.");
  if (status === 404) {
    return doubtful(seen, "There is nothing to see without the name of a share. That may be meant so.", {
      there: "If what it shares cannot be opened, check that the proxy passes on this path.",
    });
  }
  if (status >= 500) return doubtful(seen, "It answers with an error of its own.", { there: "Look into its log." });
  return broken(seen, "Something else than WebDAV answers there.", {
    there: "See that the proxy passes on this path with all methods, and that the document names the right one.",
  });
}

/** Whether messages about shares arrive. Of a share that nobody has, a cloud may say what it likes. */
export async function examineNotification(site: Site, provider: string): Promise<Finding> {
  const answer = await notifyOfNothing(site, provider);
  const seen = `A message about a share that nobody has was answered with ${told(answer)}.`;
  if (answer.status === 401)
    return broken(seen, "It does not believe our signature here.", { there: "See “Signature”." });
  if (answer.status === 501) {
    return doubtful(seen, "It heeds no such messages: changes and ends of shares are seen there only when it looks.");
  }
  if (answer.status >= 500) return mostLikelyUnreachable(site, seen);
  if (isMissing(answer)) return missing(seen);
  return fine(seen, "Messages about shares arrive.");
}

async function notifyOfNothing(site: Site, provider: string): Promise<PeerAnswer> {
  const about = { resourceType: "file", providerId: newId(), senderDomain: site.provider };
  const nobody = { notification: { grantee: `nobody@${provider}` } };
  const json = (peer: DiscoveredProvider) =>
    dialectOf(peer).notification({ notificationType: "SHARE_UNSHARED", ...about, ...nobody }, null);
  return callProvider(site, provider, { to: "/notifications", json });
}

/** What stands in answers is somebody else's text: a code or a short sentence of it is enough. */
function told({ status, json }: PeerAnswer): string {
  const { error, message } = (json ?? {}) as { error?: unknown; message?: unknown };
  const word = [error, message].find((text) => typeof text === "string");
  return word ? `${status} “${word.slice(0, 80)}”` : `${status}${json === undefined ? ", no JSON" : ""}`;
}

/** A page of the web server instead of an answer of the cloud. */
const isMissing = ({ status, json }: PeerAnswer) =>
  status === 405 || ((status === 404 || status < 300) && json === undefined && status !== 204);

const missing = (seen: string) =>
  broken(seen, "Nothing of the cloud answers at this address.", {
    there: "See that the proxy passes on the whole path of the endPoint, and POST with it.",
  });

const excluded = (site: Site, seen: string) =>
  doubtful(seen, "It knows who we are, but does not deal with this cloud.", {
    there: `Trust ${site.provider}, or take it off the list of the blocked.`,
  });

const mostLikelyUnreachable = (site: Site, seen: string) =>
  broken(seen, "It could not deal with the message, most often because it cannot reach this cloud to fetch our keys.", {
    here: `See that ${site.origin}/.well-known/ocm can be reached from outside.`,
    there: `Fetch ${site.origin}/.well-known/ocm from that server, and look into its log.`,
  });
