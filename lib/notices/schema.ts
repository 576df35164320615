import { z } from "zod";

const base = { id: z.string(), createdAt: z.iso.datetime(), readAt: z.iso.datetime().nullable() };
const person = { name: z.string(), provider: z.string() };
const shared = { shareId: z.string(), resource: z.string(), ...person };

/** What a cloud could not be told: a change or the end of what is shared there, or the answer to what it shared. */
const Untold = z.enum(["changed", "ended", "accepted", "declined", "left"]);

/** What a person is told, by kind; the sentence is made in the interface. */
export const NoticeView = z.discriminatedUnion("kind", [
  z.object({ ...base, kind: z.literal("share-offered"), about: z.object(shared) }),
  z.object({ ...base, kind: z.literal("share-arrived"), about: z.object(shared) }),
  z.object({ ...base, kind: z.literal("share-accepted"), about: z.object(shared) }),
  z.object({ ...base, kind: z.literal("share-declined"), about: z.object(shared) }),
  z.object({ ...base, kind: z.literal("share-left"), about: z.object(shared) }),
  z.object({ ...base, kind: z.literal("share-revoked"), about: z.object(shared) }),
  z.object({ ...base, kind: z.literal("share-changed"), about: z.object(shared) }),
  z.object({ ...base, kind: z.literal("share-expired"), about: z.object(shared) }),
  z.object({ ...base, kind: z.literal("share-failed"), about: z.object({ ...shared, reason: z.string() }) }),
  z.object({
    ...base,
    kind: z.literal("share-untold"),
    about: z.object({ ...shared, what: Untold, reason: z.string() }),
  }),
  z.object({
    ...base,
    kind: z.literal("share-requested"),
    about: z.object({ ...shared, wantsToEdit: z.boolean() }),
  }),
  z.object({ ...base, kind: z.literal("share-reshared"), about: z.object({ ...shared, whom: z.string() }) }),
  z.object({ ...base, kind: z.literal("reshare-cut"), about: z.object({ ...shared, whom: z.string() }) }),
  z.object({
    ...base,
    kind: z.literal("reshare-failed"),
    /**
     * `shareId` is that of the re-share; null: it was not made, else what its person can do as before: unknown where it
     * was ended and may be there all the same.
     */
    about: z.object({
      ...shared,
      receivedShareId: z.string(),
      whom: z.string(),
      keptRole: z.enum(["viewer", "editor", "unknown"]).nullable(),
      reason: z.string(),
    }),
  }),
  z.object({ ...base, kind: z.literal("request-failed"), about: z.object({ ...shared, reason: z.string() }) }),
  z.object({
    ...base,
    /** What was changed here while another cloud was away: `beside` what changed there, or among one's `own` files. */
    kind: z.literal("edit-kept-apart"),
    about: z.object({
      ...person,
      resource: z.string(),
      keptAs: z.string(),
      where: z.enum(["beside", "own"]),
      reason: z.string(),
    }),
  }),
  z.object({
    ...base,
    /** What was done here while another cloud was away, and that cloud did not do. */
    kind: z.literal("change-not-made"),
    about: z.object({
      ...person,
      resource: z.string(),
      what: z.enum(["made", "moved", "removed"]),
      reason: z.string(),
    }),
  }),
  z.object({ ...base, kind: z.literal("copy-let-go"), about: z.object({ ...person, resource: z.string() }) }),
  z.object({ ...base, kind: z.literal("invite-used"), about: z.object({ contactId: z.string(), ...person }) }),
  z.object({ ...base, kind: z.literal("contact-removed"), about: z.object(person) }),
  z.object({
    ...base,
    kind: z.literal("contact-unverified"),
    about: z.object({ ...person, changed: z.enum(["their-keys", "our-keys", "identifiers"]) }),
  }),
  z.object({
    ...base,
    kind: z.literal("shares-cut"),
    about: z.object({ ...person, ended: z.number(), shortened: z.number() }),
  }),
  z.object({ ...base, kind: z.literal("second-factor-reset"), about: z.object(person) }),
  z.object({
    ...base,
    kind: z.literal("files-damaged"),
    /** Paths or names of the first of them, and how many there are. */
    about: z.object({ ...person, files: z.array(z.string()), count: z.number() }),
  }),
]);
export type NoticeView = z.infer<typeof NoticeView>;
export type NoticeKind = NoticeView["kind"];
export type NoticeAbout<K extends NoticeKind> = Extract<NoticeView, { kind: K }>["about"];

export const NoticePage = z.object({ items: z.array(NoticeView), unread: z.number(), next: z.string().nullable() });

/** What the live stream says: a topic whose lists are stale. */
export const LiveTopic = z.enum([
  "notices",
  "files",
  "trash",
  "shares-sent",
  "shares-received",
  "invites",
  "contacts",
  "account",
]);
export type LiveTopic = z.infer<typeof LiveTopic>;
