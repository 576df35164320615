import { algorithmOf, type PublicJwk } from "@/lib/protocol/httpsig/jwk";
import type { DiscoveredProvider } from "@/lib/protocol/ocm/discovery";
import { type Signature, SignatureName } from "../schema";
import { invitations, SHARE_INVITATIONS } from "./invitations";
import { newest } from "./newest";
import { nextcloud, nextcloud35, OLDER_CRAWLER } from "./nextcloud";
import { ocis } from "./ocis";
import { older } from "./older";
import { reva } from "./reva";
import { DialectName } from "./schema";
import { seafile } from "./seafile";

/** A Share Creation Notification in the newest form, of which a dialect makes its own. */
export type NewestOffer = {
  shareWith: string;
  name: string;
  description: string;
  providerId: string;
  owner: string;
  ownerDisplayName: string;
  sender: string;
  senderDisplayName: string;
  shareType: string;
  resourceType: string;
  expiration?: number;
  protocol: {
    name: "multi";
    webdav: { uri: string; sharedSecret: string; permissions: string[]; requirements: string[] };
  };
};

/** An OCM Notification in the newest form. */
export type NewestNotification = {
  notificationType: string;
  resourceType: string;
  providerId: string;
  /** By whose cloud it is sent. */
  senderDomain: string;
  notification: {
    /** The OCM Address of whom the share is with. */
    grantee: string;
    permissions?: string[];
  };
};

/** How a family of clouds wants to be spoken to. */
export type Dialect = {
  /** For administrators. */
  name: string;
  /** After which draft it checks what we sign; `none`: it checks nothing. */
  signature: "rfc9421" | "cavage" | "none";
  /** It exchanges nothing: the secret of a share opens it, as a bearer or as the user of Basic at our WebDAV root. */
  opensBySecret: boolean;
  /**
   * It believes for good as what a share was offered, as far as can be known, and neither hears of a change nor looks for
   * it: with another role the share is ended there and offered anew.
   */
  keepsRole?: boolean;
  /** Another role it sees when it looks next, whatever it answers when it is told of that. */
  looksForRole?: boolean;
  /**
   * Errors that it answers to a notification of a type when it knows nothing of what that is about, being well; each with
   * what it means, for people.
   */
  ownErrors?: Partial<Record<string, Record<number, string>>>;
  /**
   * What it is asked to share on it gives with all that the asking share grants, and names it by an id and a token of its
   * own from then on. By its id that is undone at an address beside its `endPoint`, with the token as a form.
   */
  sharesOnWhole?: { undoneAt: (endPoint: string, id: string) => string };
  /** Where below its `endPoint` it takes offers, unless it is `/shares`. */
  offersAt?: string;
  offer(newest: NewestOffer): Record<string, unknown>;
  /** The secret is that of the share it is about, while it is known. */
  notification(newest: NewestNotification, sharedSecret: string | null): Record<string, unknown>;
};

/** By the names under which an administrator may choose one. */
const DIALECTS: Record<DialectName, Dialect> = {
  ocm: newest,
  invitations,
  nextcloud35,
  nextcloud,
  older,
  ocis,
  reva,
  seafile,
};

/** The dialect of another cloud, told by what it says of itself, unless an administrator has chosen one. */
export function dialectOf(discovered: DiscoveredProvider): Dialect {
  const chosen = DialectName.safeParse(discovered.chosenDialect).data;
  return DIALECTS[chosen ?? toldDialect(discovered)];
}

/**
 * How what another cloud gets is signed, so that it can check that: as an administrator says, else as it shows. One that
 * has only the key in its document knows the older draft, whatever else it understands; one that shows `keys` of other
 * kinds than Ed25519 only is signed to with such a key, since whoever could check Ed25519 would most likely use it. One
 * that shows nothing any more gets what it took before.
 */
export function signatureFor(discovered: DiscoveredProvider, keys: PublicJwk[]): Signature {
  const chosen = SignatureName.safeParse(discovered.chosenSignature).data;
  if (chosen) return chosen;
  const { signature } = dialectOf(discovered);
  if (signature === "none") return keptSignature(discovered) ?? "none";
  if (signature === "cavage") return signature;
  if (!discovered.chosenDialect && discovered.ownKey && !knowsNewest(discovered)) return "cavage";
  const algorithms = keys.map(algorithmOf);
  if (algorithms.length === 0 || algorithms.includes("ed25519")) return "ed25519";
  return algorithms.includes("ecdsa-p256-sha256") ? "es256" : "rsa";
}

/**
 * What a cloud gets that shows no more that it can check anything, as long as no administrator says otherwise: some keep
 * the keys of whoever has signed to them, and refuse what is not signed from then on.
 */
export function keptSignature(discovered: DiscoveredProvider): SignatureName | null {
  const isLeft = !discovered.chosenDialect && !discovered.chosenSignature && dialectOf(discovered).signature === "none";
  return isLeft ? (SignatureName.safeParse(discovered.lastSignature).data ?? null) : null;
}

const knowsNewest = ({ capabilities, jwksUri }: DiscoveredProvider) => capabilities.includes("http-sig") || jwksUri;

/** What a cloud shows: the path of its WebDAV tells the product, what it signs with tells the version. */
function toldDialect(discovered: DiscoveredProvider): DialectName {
  const { criteria, webdavPath = "", ownKey } = discovered;
  const isAt = (path: string) => `${webdavPath}/`.includes(path);
  if (criteria.includes(SHARE_INVITATIONS)) return "invitations";
  if (knowsNewest(discovered)) return isAt("/public.php/webdav/") ? "nextcloud35" : "ocm";
  if (isAt("/public.php/webdav/")) return ownKey ? "nextcloud" : "older";
  if (isAt("/seafdav/")) return "seafile";
  if (isAt("/remote.php/dav/ocm/")) return "reva";
  return isAt("/dav/ocm/") && !ownKey ? "ocis" : "ocm";
}

/** The latest `apiVersion` that whoever calls itself so can read in our document; null: any. */
export function latestVersionFor(userAgent: string | null): string | null {
  return userAgent?.includes(OLDER_CRAWLER.agent) ? OLDER_CRAWLER.apiVersion : null;
}
