import { z } from "zod";

export const Role = z.enum(["viewer", "editor"]);

/** What the other cloud should hear of a share and has not heard yet. */
export const Untold = z.object({
  /** We gave up telling it. */
  hasGivenUp: z.boolean(),
  /** Why the last try failed. */
  failure: z.string().nullable(),
});
export type Untold = z.infer<typeof Untold>;

/** `queued`: the other cloud has not heard of it yet; `failed`: we gave up telling it; `left`: accepted, then declined. */
const SENT_STATES = ["queued", "delivered", "accepted", "declined", "left", "failed", "expired", "revoked"] as const;
export const SentShareState = z.enum(SENT_STATES);
export type SentShareState = z.infer<typeof SentShareState>;
export const SentShareView = z.object({
  id: z.string(),
  nodeId: z.string().nullable(),
  /** Of the file or folder. */
  name: z.string(),
  kind: z.enum(["file", "folder"]),
  path: z.string().nullable(),
  recipientName: z.string(),
  /** Empty for a person of the same cloud. */
  provider: z.string(),
  shareWith: z.string(),
  role: Role,
  note: z.string(),
  /** It opens only for whoever has shown a second factor. */
  needsSecondFactor: z.boolean(),
  expiresAt: z.iso.datetime().nullable(),
  state: SentShareState,
  /** The offer, a change of it, or its end; null when the other cloud knows, or need not know any more. */
  untold: Untold.nullable(),
  /** The last failure is that the other cloud knows nobody of the address: trying again does not help. */
  isNobodyThere: z.boolean(),
  /** This site does not deal with that cloud: the share rests until it does again. */
  isSuspended: z.boolean(),
  createdAt: z.iso.datetime(),
});
export type SentShareView = z.infer<typeof SentShareView>;
export const SentSharePage = z.object({ items: z.array(SentShareView), next: z.string().nullable() });

/** Whom to share with: somebody picked from the suggestions, or a typed cloud address. */
export const Recipient = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("contact"), id: z.uuid() }),
  z.object({ kind: z.literal("person"), id: z.uuid() }),
  z.object({ kind: z.literal("address"), address: z.string().min(3).max(1024) }),
]);
export type Recipient = z.infer<typeof Recipient>;

const Expiry = z.iso.datetime({ offset: true }).nullable();
const Note = z.string().trim().max(1000);
export const SendShareInput = z.object({
  nodeId: z.uuid(),
  recipient: Recipient,
  role: Role,
  expiresAt: Expiry.default(null),
  note: Note.default(""),
  needsSecondFactor: z.boolean().optional(),
});
export type SendShareInput = z.infer<typeof SendShareInput>;
export const UpdateSentShareInput = z.object({
  role: Role.optional(),
  expiresAt: Expiry.optional(),
  note: Note.optional(),
});
export type UpdateSentShareInput = z.infer<typeof UpdateSentShareInput>;

/** What can be asked of people of another cloud, as far as that cloud has told. */
export const RecipientAbilities = z.object({ secondFactor: z.boolean() });

/** A line of the share box. */
export const Suggestion = z.object({
  kind: z.enum(["contact", "person"]),
  id: z.string(),
  displayName: z.string(),
  mail: z.string(),
  /** Empty for a person of the same cloud. */
  provider: z.string(),
});
export type Suggestion = z.infer<typeof Suggestion>;

/** What a person should look at before taking an offer from somebody whom he does not know. */
const MessageRequest = z.object({
  /** The sender's cloud signed it; otherwise anybody may have written it. */
  isVerified: z.boolean(),
  /** Since when that cloud is in our books. */
  cloudKnownSince: z.iso.datetime().nullable(),
  /** Thumbprints of its keys. */
  keys: z.array(z.string()),
});

export const ReceivedShareState = z.enum(["pending", "accepted", "declined", "revoked", "left", "expired"]);
export const ReceivedShareView = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.enum(["file", "folder"]),
  senderName: z.string(),
  provider: z.string(),
  /** Whether the sender is one of my contacts (or of my cloud). */
  isFromContact: z.boolean(),
  /** It waits apart: from somebody of another cloud who is no contact, or not proved to be one. */
  request: MessageRequest.nullable(),
  role: Role,
  note: z.string(),
  /** It opens only in a sign-in that has shown a second factor of late. */
  needsSecondFactor: z.boolean(),
  expiresAt: z.iso.datetime().nullable(),
  state: ReceivedShareState,
  /** My answer, while the sender's cloud has not heard it. */
  untold: Untold.nullable(),
  /** This site does not deal with that cloud: the share rests until it does again. */
  isSuspended: z.boolean(),
  /** Where it stands in my files, once accepted. */
  path: z.string().nullable(),
  reachedAt: z.iso.datetime().nullable(),
  /** Why it could not be opened the last time. */
  failure: z.string().nullable(),
  createdAt: z.iso.datetime(),
});
export type ReceivedShareView = z.infer<typeof ReceivedShareView>;
export const ReceivedSharePage = z.object({ items: z.array(ReceivedShareView), next: z.string().nullable() });

export const AcceptShareInput = z.object({ addContact: z.boolean().default(false) }).prefault({});
/** Whose offers are taken no more: those of the sender of an offer, or of everybody on that cloud. */
export const BlockSenderInput = z.object({ whom: z.enum(["person", "cloud"]) });
export type BlockSenderInput = z.infer<typeof BlockSenderInput>;
export const BlockedSenderView = z.object({
  provider: z.string(),
  /** Empty: the whole cloud. */
  identifier: z.string(),
  name: z.string(),
  createdAt: z.iso.datetime(),
});
export type BlockedSenderView = z.infer<typeof BlockedSenderView>;
export const UnblockInput = BlockedSenderView.pick({ provider: true, identifier: true });

/** A page of a list of shares: `after` is the `next` of the page before. */
export const PageQuery = z.object({
  after: z.uuid().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(100),
});
