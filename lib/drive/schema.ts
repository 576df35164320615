import { z } from "zod";
import { EntryView } from "@/lib/files/schema";
import { Role } from "@/lib/sharing/schema";

/** A received share as it is known here, whatever its cloud does at the moment. */
export const SourceView = z.object({
  receivedShareId: z.string(),
  senderName: z.string(),
  /** Empty for a person of the same cloud. */
  provider: z.string(),
  role: Role,
  /** Others can be given it, through whoever shares it. */
  canReshare: z.boolean(),
  /** It opens only for whoever has shown a second factor. */
  needsSecondFactor: z.boolean(),
  note: z.string(),
  expiresAt: z.iso.datetime().nullable(),
  /** Why it cannot be opened, in a sentence; null: for all we know it can. */
  problem: z.string().nullable(),
});
export type SourceView = z.infer<typeof SourceView>;

/** Of something on another cloud: how a copy of it is kept here. */
export const OfflineView = z.object({
  /**
   * `coming`: not yet, or not as it is now; `stuck`: the same, and something is in the way; `waiting`: it was changed
   * here while its cloud was away, and will be sent there.
   */
  state: z.enum(["here", "coming", "stuck", "waiting"]),
  /** By itself, not by a folder above it. */
  isPinned: z.boolean(),
});
export type OfflineView = z.infer<typeof OfflineView>;

/** What is kept here of a place on another cloud. */
export const OfflineFacts = z.object({
  isPinned: z.boolean(),
  count: z.number(),
  bytes: z.number(),
  /** How many of them were changed here, and wait to be sent to its cloud. */
  waiting: z.number(),
  /** What else was done here and waits: folders made, things moved and deleted. */
  steps: z.number(),
  /** When its cloud last said that all of it is as it is here; null: not all of it is here yet. */
  asOf: z.iso.datetime().nullable(),
  /** What was in the way when its cloud was last asked, in a sentence. */
  problem: z.string().nullable(),
});
export type OfflineFacts = z.infer<typeof OfflineFacts>;

/** An entry as it stands in a person's files: from whom it comes, or with whom it is shared. */
export const DriveEntryView = EntryView.extend({
  /** Where a received share stands. */
  source: SourceView.optional(),
  /** How many have been given one's own, and the names of the first. */
  sharedWith: z.object({ count: z.number(), names: z.array(z.string()) }).optional(),
  /** Of what others share, where a copy is kept here. */
  offline: OfflineView.optional(),
  /** `/content/thumbnails` is likely to have a small picture of it. */
  hasThumbnail: z.literal(true).optional(),
});
export type DriveEntryView = z.infer<typeof DriveEntryView>;

/** What stands at one place, with the received share that it is in. */
export const PlacedEntryView = DriveEntryView.extend({ from: SourceView.nullable() });

/** Something of a person that was found, wherever it stands. */
export const FoundView = DriveEntryView.extend({
  /** The folder that it stands in, as a path. */
  folder: z.string(),
});
export type FoundView = z.infer<typeof FoundView>;
export const FoundList = z.object({ items: z.array(FoundView) });
export type FoundList = z.infer<typeof FoundList>;

export const FolderView = z.object({
  folder: EntryView,
  /** The received share that this folder is in; null among one's own files. */
  from: SourceView.nullable(),
  items: z.array(DriveEntryView),
  next: z.string().nullable(),
  /** How many more there are, under names that cannot stand here. */
  unshown: z.number(),
  /** Of a folder on another cloud: when that last said that it is so. */
  seenAt: z.iso.datetime().nullable(),
});
export type FolderView = z.infer<typeof FolderView>;

/** How old what is shown of a folder on another cloud is. */
export const FreshnessView = z.object({
  /** When that cloud last said that it is so. */
  seenAt: z.iso.datetime().nullable(),
  /** Why it could not be asked since then, in a sentence. */
  problem: z.string().nullable(),
});
export type FreshnessView = z.infer<typeof FreshnessView>;

/** Something that happened to a thing of one's own. `who` null: its owner. */
export const ActivityItem = z.discriminatedUnion("kind", [
  z.object({ kind: z.enum(["added", "written"]), at: z.iso.datetime(), who: z.string().nullable() }),
  z.object({ kind: z.literal("written-inside"), at: z.iso.datetime(), who: z.string().nullable(), name: z.string() }),
  z.object({ kind: z.literal("renamed"), at: z.iso.datetime(), from: z.string() }),
  z.object({ kind: z.literal("moved"), at: z.iso.datetime(), from: z.string().nullable() }),
  z.object({ kind: z.literal("restored"), at: z.iso.datetime() }),
  z.object({
    kind: z.enum(["shared", "accepted", "declined", "left", "unshared"]),
    at: z.iso.datetime(),
    who: z.string(),
  }),
]);
export type ActivityItem = z.infer<typeof ActivityItem>;
export const ActivityView = z.object({ items: z.array(ActivityItem) });
export type ActivityView = z.infer<typeof ActivityView>;
