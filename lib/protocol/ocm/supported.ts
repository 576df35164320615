import { AppError } from "@/lib/core/errors";
import type { ShareCreationNotification, WebdavProtocol } from "@/lib/protocol/ocm/wire";

/** An offer that we can take: a file or folder, for one user, over WebDAV. */
export type SupportedShare = ShareCreationNotification & {
  shareType: "user";
  resourceType: "file" | "folder";
  protocol: { webdav: WebdavProtocol };
};

/**
 * Takes only the offers that this server can use.
 *
 * @throws RESOURCE_TYPE_UNSUPPORTED, SHARE_TYPE_UNSUPPORTED, PROTOCOL_UNSUPPORTED (501)
 * @see OCM, "Share Creation Notification", status 501
 */
export function requireSupported(share: ShareCreationNotification): SupportedShare {
  const { resourceType, shareType, protocol } = share;
  if (resourceType !== "file" && resourceType !== "folder") {
    throw new AppError(501, "RESOURCE_TYPE_UNSUPPORTED", "Only files and folders can be received.");
  }
  if (shareType !== "user") throw new AppError(501, "SHARE_TYPE_UNSUPPORTED", "Only shares with one person are taken.");
  const { webdav } = protocol;
  if (!webdav) throw new AppError(501, "PROTOCOL_UNSUPPORTED", "Only shares over WebDAV can be received.");
  return { ...share, resourceType, shareType, protocol: { ...protocol, webdav } };
}
