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
});
export type SendShareInput = z.infer<typeof SendShareInput>;
export const UpdateSentShareInput = z.object({
  role: Role.optional(),
  expiresAt: Expiry.optional(),
  note: Note.optional(),
});
export type UpdateSentShareInput = z.infer<typeof UpdateSentShareInput>;

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

export const ReceivedShareState = z.enum(["pending", "accepted", "declined", "revoked", "left", "expired"]);
export const ReceivedShareView = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.enum(["file", "folder"]),
  senderName: z.string(),
  provider: z.string(),
  /** Whether the sender is one of my contacts (or of my cloud). */
  isFromContact: z.boolean(),
  role: Role,
  note: z.string(),
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

/** A page of a list of shares: `after` is the `next` of the page before. */
export const PageQuery = z.object({
  after: z.uuid().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(100),
});
