import type { DiscoveredProvider } from "@/lib/protocol/ocm/discovery";
import { newest } from "./newest";
import { nextcloud, OLDER_CRAWLER } from "./nextcloud";

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
  notification: object;
};

/** How a family of clouds wants to be spoken to. */
export type Dialect = {
  /** For administrators. */
  name: string;
  /** After which draft it checks what we sign. */
  signature: "rfc9421" | "cavage";
  /** It exchanges nothing: the secret of a share, as the user of Basic at our WebDAV root, opens it. */
  opensBySecret: boolean;
  offer(newest: NewestOffer): Record<string, unknown>;
  /** The secret is that of the share it is about, while it is known. */
  notification(newest: NewestNotification, sharedSecret: string | null): Record<string, unknown>;
};

/** The dialect of another cloud, told by what it says of itself. */
export function dialectOf({ capabilities, webdavPath, ownKey }: DiscoveredProvider): Dialect {
  if (capabilities.includes("http-sig")) return newest;
  const isNextcloud = ownKey !== undefined && webdavPath?.replace(/\/*$/, "") === "/public.php/webdav";
  return isNextcloud ? nextcloud : newest;
}

/** The latest `apiVersion` that whoever calls itself so can read in our document; null: any. */
export function latestVersionFor(userAgent: string | null): string | null {
  return userAgent?.includes(OLDER_CRAWLER.agent) ? OLDER_CRAWLER.apiVersion : null;
}
