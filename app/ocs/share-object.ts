import type { UserPrincipal } from "@/lib/core/principal";
import { mediaTypeOf } from "@/lib/files/media-types";
import { permissionBits } from "@/lib/protocol/ocs/permissions";
import type { ReceivedShareView, SentShareView } from "@/lib/sharing/schema";

type Either = SentShareView | ReceivedShareView;

const PERSON_HERE = 0;
const REMOTE = 6;

const seconds = (iso: string) => Math.floor(Date.parse(iso) / 1000);
const mimeTypeOf = ({ kind, name }: Either) => (kind === "folder" ? "httpd/unix-directory" : mediaTypeOf(name));
const permissionsOf = ({ role, kind }: Either) => permissionBits({ canWrite: role === "editor", kind });
/** The last day, as clients read it. */
const lastDay = ({ expiresAt }: Either) => (expiresAt ? `${expiresAt.slice(0, 10)} 00:00:00` : null);

/** What a share object says whoever looks at it. Ids are text: ours are no numbers. */
const common = (share: Either) => ({
  id: share.id,
  share_type: share.provider === "" ? PERSON_HERE : REMOTE,
  permissions: permissionsOf(share),
  item_permissions: permissionsOf(share),
  stime: seconds(share.createdAt),
  parent: null,
  expiration: lastDay(share),
  token: null,
  note: share.note,
  label: "",
  path: share.path,
  item_type: share.kind,
  mimetype: mimeTypeOf(share),
  has_preview: false,
  mail_send: 0,
  hide_download: 0,
  attributes: null,
});

const ownedBy = (uid: string, displayName: string) => ({
  uid_owner: uid,
  displayname_owner: displayName,
  uid_file_owner: uid,
  displayname_file_owner: displayName,
});

/** A share of one's own. */
export const sentShareObject = ({ userName, displayName }: UserPrincipal, share: SentShareView) => ({
  ...common(share),
  ...ownedBy(userName, displayName),
  can_edit: true,
  can_delete: true,
  item_source: share.nodeId,
  file_source: share.nodeId,
  file_target: `/${share.name}`,
  share_with: share.shareWith,
  share_with_displayname: share.recipientName,
});

/** What one was given and has accepted; of who gave it, people know the name and not the identifier. */
export const sharedWithMeObject = ({ userName, displayName }: UserPrincipal, share: ReceivedShareView) => ({
  ...common(share),
  ...ownedBy(share.senderName, share.senderName),
  can_edit: false,
  can_delete: true,
  file_target: share.path,
  share_with: userName,
  share_with_displayname: displayName,
});

/** The same among the remote shares, where offers are too. */
export const remoteShareObject = ({ userName }: UserPrincipal, origin: string, share: ReceivedShareView) => ({
  id: share.id,
  remote: share.provider === "" ? origin : `https://${share.provider}`,
  name: `/${share.name}`,
  owner: share.senderName,
  user: userName,
  mountpoint: share.path ?? `{{TemporaryMountPointName#/${share.name}}}`,
  accepted: share.state === "accepted",
  mimetype: mimeTypeOf(share),
  permissions: permissionsOf(share),
  type: share.kind === "folder" ? "dir" : "file",
  stime: seconds(share.createdAt),
  expiration: lastDay(share),
  note: share.note,
});
