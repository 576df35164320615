import { z } from "zod";

export const ContactView = z.object({
  id: z.string(),
  displayName: z.string(),
  mail: z.string(),
  provider: z.string(),
  /** What they offer is accepted without asking. */
  acceptsShares: z.boolean(),
  /** The two compared words by voice, and nothing of what these came from has changed since. */
  isVerified: z.boolean(),
  createdAt: z.iso.datetime(),
  /** In the list: whether this site does not deal with the contact's cloud, so that nothing passes at present. */
  isSuspended: z.boolean().optional(),
});
export type ContactView = z.infer<typeof ContactView>;
/** What is shared with a contact one way: how many things, and the names of the newest. */
const SharedWith = z.object({ count: z.number(), names: z.array(z.string()) });
export const ContactWithShares = ContactView.extend({ sent: SharedWith, received: SharedWith });
export type ContactWithShares = z.infer<typeof ContactWithShares>;
/** What both people see, if nobody stands between their clouds. */
export const ContactWords = z.object({ words: z.array(z.string()), isVerified: z.boolean() });
export type ContactWords = z.infer<typeof ContactWords>;
/** The words that were compared. */
export const VerifyContactInput = z.object({ words: z.array(z.string().max(20)).max(20) });
export const ContactPage = z.object({ items: z.array(ContactView), next: z.string().nullable() });

export const UpdateContactInput = z.object({ acceptsShares: z.boolean() });
export type UpdateContactInput = z.infer<typeof UpdateContactInput>;

export const InviteState = z.enum(["waiting", "used", "expired", "revoked"]);
export const InviteView = z.object({
  id: z.string(),
  note: z.string(),
  state: InviteState,
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  usedBy: z.object({ contactId: z.string(), displayName: z.string(), provider: z.string() }).nullable(),
  /** Only while it waits: what one sends to the other person. */
  invitation: z.object({ link: z.string(), code: z.string(), mailText: z.string() }).nullable(),
});
export type InviteView = z.infer<typeof InviteView>;
/** What one reads to the other person, until when. */
export const SpokenInviteView = z.object({ words: z.array(z.string()), provider: z.string(), until: z.iso.datetime() });
export type SpokenInviteView = z.infer<typeof SpokenInviteView>;
export const InvitePage = z.object({ items: z.array(InviteView), next: z.string().nullable() });

export const CreateInviteInput = z.object({ note: z.string().trim().max(200).default("") });
export const UpdateInviteInput = z.object({ note: z.string().trim().max(200) });
export const MailInviteInput = z.object({ to: z.email("This is not a mail address.").max(254) });

/** Anything a person pastes that contains an invite. */
export const PreviewInviteInput = z.object({ text: z.string().min(1).max(100_000) });
export const InvitePreview = z.object({
  token: z.string(),
  provider: z.string(),
  /** What the cloud calls itself, and who invites, where it tells. */
  providerName: z.string().nullable(),
  inviterName: z.string().nullable(),
  /** The contact that this invite made, when one has accepted it before. */
  connectedTo: ContactView.nullable(),
  /** Contacts at that cloud who may be the inviter, where it could not tell: then a yes would make another one. */
  maybeKnown: z.array(ContactView),
});
export type InvitePreview = z.infer<typeof InvitePreview>;

/** What became of the yes; `wasConnected`: with somebody who was a contact before. */
export const AcceptedInviteView = z.object({ contact: ContactView, wasConnected: z.boolean() });
export type AcceptedInviteView = z.infer<typeof AcceptedInviteView>;

export const AcceptInviteInput = z.object({ token: z.string().min(1).max(1024), provider: z.string().min(1).max(300) });

/** "Where are you from": the invitee's own cloud, typed on the inviter's page; answered with where to go. */
export const WayfInput = z.object({ token: z.string().min(1).max(1024), provider: z.string().trim().min(1).max(300) });
export const WayfAnswer = z.object({
  redirect: z.url(),
  /** As a cloud is spelt, whatever was typed. */
  provider: z.string(),
});
