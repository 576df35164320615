import { AppError } from "@/lib/core/errors";
import type { ShareCreationNotification, WebdavProtocol } from "@/lib/protocol/ocm/wire";

/** Without the secret where that comes with the acceptance. */
type Webdav = Omit<WebdavProtocol, "sharedSecret"> & { sharedSecret: string | null };
/** An offer, or an invitation in the form of one. */
export type OfferedShare = Omit<ShareCreationNotification, "protocol"> & { protocol: { webdav?: Webdav | undefined } };
/** An offer that we can take: a file or folder, for a user or a group, over WebDAV. */
export type SupportedShare = OfferedShare & {
  shareType: "user" | "group";
  resourceType: "file" | "folder";
  protocol: { webdav: Webdav };
};

/**
 * Takes only the offers that this server can use.
 *
 * @throws RESOURCE_TYPE_UNSUPPORTED, SHARE_TYPE_UNSUPPORTED, PROTOCOL_UNSUPPORTED (501)
 * @see OCM, "Share Creation Notification", status 501
 */
export function requireSupported(share: OfferedShare): SupportedShare {
  const { resourceType, shareType, protocol } = share;
  if (resourceType !== "file" && resourceType !== "folder") {
    throw new AppError(501, "RESOURCE_TYPE_UNSUPPORTED", "Only files and folders can be received.");
  }
  if (shareType !== "user" && shareType !== "group") {
    throw new AppError(501, "SHARE_TYPE_UNSUPPORTED", "Only shares with a person or a group are taken.");
  }
  const { webdav } = protocol;
  if (!webdav) throw new AppError(501, "PROTOCOL_UNSUPPORTED", "Only shares over WebDAV can be received.");
  return { ...share, resourceType, shareType, protocol: { ...protocol, webdav } };
}
