import { z } from "zod";
import { FoundView } from "@/lib/files/schema";

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
  isToGroup: z.boolean(),
  /** With a contact with whom words were compared. */
  isContactVerified: z.boolean(),
  /** Empty on the same cloud. */
  provider: z.string(),
  shareWith: z.string(),
  role: Role,
  note: z.string(),
  /** It opens only for whoever has shown a second factor. */
  needsSecondFactor: z.boolean(),
  /** Its receiver may have it shared with others. */
  canReshare: z.boolean(),
  /** The name of whoever had me share it; null: I did. */
  resharedBy: z.string().nullable(),
  expiresAt: z.iso.datetime().nullable(),
  state: SentShareState,
  /** That cloud takes no other role for a share that it has, so it was ended there and offered anew. */
  isOfferedAgain: z.boolean(),
  /** The offer, a change of it, or its end; null when the other cloud knows, or need not know any more. */
  untold: Untold.nullable(),
  /** The last failure is that the other cloud knows nobody of the address: trying again does not help. */
  isNobodyThere: z.boolean(),
  /** The last failure is that the other cloud takes no changes of a share: trying again does not help. */
  takesNoChanges: z.boolean(),
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
  z.object({ kind: z.literal("group"), id: z.uuid() }),
  /** Of a person, or of a group. */
  z.object({ kind: z.literal("address"), address: z.string().min(3).max(1024), isGroup: z.boolean().optional() }),
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
  /** Whether its receiver may have it shared with others. */
  canReshare: z.boolean().optional(),
});
export type SendShareInput = z.infer<typeof SendShareInput>;
export const UpdateSentShareInput = z.object({
  role: Role.optional(),
  expiresAt: Expiry.optional(),
  note: Note.optional(),
});
export type UpdateSentShareInput = z.infer<typeof UpdateSentShareInput>;

/** Has the owner of what was received give it to somebody else as well. */
export const ReshareInput = z.object({
  recipient: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("contact"), id: z.uuid() }),
    z.object({ kind: z.literal("person"), id: z.uuid() }),
    z.object({ kind: z.literal("address"), address: z.string().min(3).max(1024) }),
  ]),
  role: Role,
});
export type ReshareInput = z.infer<typeof ReshareInput>;
export const UpdateReshareInput = z.object({ role: Role });
/** `asked`: the owner's cloud has not heard of it yet; `unreached`: the other one did not take the owner's offer. */
const ReshareState = z.enum(["asked", "delivered", "accepted", "declined", "unreached"]);
export const ReshareView = z.object({
  id: z.string(),
  name: z.string(),
  shareWith: z.string(),
  role: Role,
  state: ReshareState,
});
export type ReshareView = z.infer<typeof ReshareView>;

/**
 * `free`: a share may ask for one; `none`: it may not, as far as that cloud has told; `needed`: the administrators have
 * each share ask for one; `impossible`: they do, and that cloud does not promise it.
 */
const SecondFactorRule = z.enum(["free", "none", "needed", "impossible"]);
export type SecondFactorRule = z.infer<typeof SecondFactorRule>;

/** What can and must be asked of people of another cloud. */
export const RecipientAbilities = z.object({ secondFactor: SecondFactorRule });

/** A line of the share box. */
export const Suggestion = z.object({
  kind: z.enum(["contact", "person", "group"]),
  id: z.string(),
  displayName: z.string(),
  mail: z.string(),
  /** Empty for a person of the same cloud. */
  provider: z.string(),
  /** A contact with whom words were compared. */
  isVerified: z.boolean(),
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
  /** The contact for whom the address was made that the sender used. */
  via: z.object({ name: z.string(), provider: z.string() }).nullable(),
});

export const ReceivedShareState = z.enum(["pending", "accepted", "declined", "revoked", "left", "expired"]);
export const ReceivedShareView = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.enum(["file", "folder"]),
  senderName: z.string(),
  provider: z.string(),
  /** The group of my cloud to which it was offered. */
  groupName: z.string().nullable(),
  /** Whether the sender is one of my contacts (or of my cloud). */
  isFromContact: z.boolean(),
  /** Words were compared with that contact. */
  isContactVerified: z.boolean(),
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

const Words = z.string().trim().min(1, "Say what you would like to have.").max(200);
/** Asks a contact or somebody of the same cloud for something, or to be let change what is shared already. */
export const AskForShareInput = z.union([
  z.object({ contactId: z.string(), words: Words }),
  z.object({ personId: z.string(), words: Words }),
  z.object({ receivedShareId: z.string() }),
]);
export type AskForShareInput = z.infer<typeof AskForShareInput>;
/** A contact or somebody of the same cloud asks me for something. */
export const ShareRequestView = z.object({
  id: z.string(),
  from: z.object({ kind: z.enum(["contact", "person"]), id: z.string() }),
  name: z.string(),
  provider: z.string(),
  mail: z.string(),
  /** In the words of who asks; or the name of what is shared, when he would like to change it. */
  what: z.string(),
  wantsToEdit: z.boolean(),
  /** What of mine may be meant. */
  matches: z.array(z.object({ id: z.string(), name: z.string(), kind: z.enum(["file", "folder"]), path: z.string() })),
  createdAt: z.iso.datetime(),
});
export type ShareRequestView = z.infer<typeof ShareRequestView>;
export const AnswerRequestInput = z.object({ isGranted: z.boolean() });

/** A page of a list of shares: `after` is the `next` of the page before. */
export const PageQuery = z.object({
  after: z.uuid().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(100),
});

/** So much a search tells of one cloud, in one answer, of all shares together. */
export const MOST_FOUND = 50;

/** What a search finds inside the folders that people of one cloud share. */
export const FoundOnCloud = z.object({
  /** Empty: one's own. */
  provider: z.string(),
  /**
   * `asking`: it has not answered yet, and these are known here by their names; `searched`: it has looked itself;
   * `known`: it did not, or cannot, and these are known here by their names.
   */
  state: z.enum(["asking", "searched", "known"]),
  items: z.array(FoundView),
  /** There is more than that, or not all was looked through. */
  isMore: z.boolean(),
  /** Why it did not answer, in a sentence. */
  problem: z.string().nullable(),
});
export type FoundOnCloud = z.infer<typeof FoundOnCloud>;
