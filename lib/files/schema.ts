import { z } from "zod";

/** A path as the JSON API writes it: `/`, `/Photos/2026`. Names are separated by slashes and hold none. */
export const PathText = z
  .string()
  .max(16_384)
  .regex(/^\//, "A path begins with a slash.")
  .transform((text) => text.split("/").filter((name) => name !== ""));

export const EntryView = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.enum(["file", "folder"]),
  /** Null: not known yet. */
  size: z.number().nullable(),
  mediaType: z.string().nullable(),
  etag: z.string(),
  modifiedAt: z.iso.datetime(),
  canWrite: z.boolean(),
  /** Present where a received share stands. */
  receivedShareId: z.string().optional(),
  /** Absent: it is none. */
  isFavourite: z.literal(true).optional(),
});
export type EntryView = z.infer<typeof EntryView>;

export const MakeFolderInput = z.object({ path: PathText });
export const MoveInput = z
  .object({
    from: PathText,
    to: PathText,
    overwrite: z.boolean().default(false),
    /** Where the name is taken, the first numbered one that is free. */
    keepBoth: z.boolean().default(false),
  })
  .refine(({ overwrite, keepBoth }) => !(overwrite && keepBoth), "Only one of the two: overwrite or keepBoth.");
export const CopyInput = MoveInput;

/** What a file holds or held. */
const ContentView = z.object({
  /** Bytes. */
  size: z.number(),
  writtenAt: z.iso.datetime(),
  /** Null: its owner. */
  writtenBy: z.string().nullable(),
});
export const VersionView = ContentView.extend({
  id: z.string(),
  /** What a person called it; null: it goes when it is old. */
  name: z.string().nullable(),
});
export type VersionView = z.infer<typeof VersionView>;
export const VersionsView = z.object({ current: ContentView, items: z.array(VersionView) });
export type VersionsView = z.infer<typeof VersionsView>;
export const NameVersionInput = z.object({
  name: z
    .string()
    .trim()
    .max(100)
    .transform((name) => name || null)
    .nullable(),
});

/** How long what was deleted can be restored. */
export const TRASH_DAYS = 30;

export const TrashedView = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.enum(["file", "folder"]),
  size: z.number(),
  trashedAt: z.iso.datetime(),
  /** The folder where it was, as a path. */
  trashedFrom: z.string(),
});
export type TrashedView = z.infer<typeof TrashedView>;
/** What was moved or copied, as it stands now; `replaced`: one's own that stood there, and is in the trash since. */
export const TransferredView = EntryView.extend({ replaced: TrashedView.nullable() });
export type TransferredView = z.infer<typeof TransferredView>;
export const TrashPage = z.object({ items: z.array(TrashedView), next: z.string().nullable() });
export const TrashedIds = z.object({ ids: z.array(z.uuid()).min(1).max(1000) });

/** Bytes; `quota` null: no limit but the disk. */
export const UsageView = z.object({ used: z.number(), quota: z.number().nullable() });
export type UsageView = z.infer<typeof UsageView>;

export const FileKind = z.enum(["folder", "image", "text", "pdf", "office", "audio", "video"]);
export type FileKind = z.infer<typeof FileKind>;

/** What is looked for: whatever is given must hold. Several words must all be there; "words in quotes" as they stand. */
export const SearchQuery = z.object({
  q: z.string().trim().max(200).default(""),
  kind: FileKind.optional(),
  /** When it was changed: from then on, and before then. */
  from: z.iso.datetime().optional(),
  until: z.iso.datetime().optional(),
  owner: z.enum(["me", "others"]).optional(),
  /** The name of who shared it. */
  sharedBy: z.string().max(300).optional(),
  after: z.string().max(1024).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});
export type SearchQuery = z.infer<typeof SearchQuery>;

/** A piece of a text; it is for whoever shows it to mark what matches. */
export const Snippet = z.array(z.object({ text: z.string(), isMatch: z.boolean() }));
export type Snippet = z.infer<typeof Snippet>;

export const FoundView = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.enum(["file", "folder"]),
  /** Bytes; null: not known yet. */
  size: z.number().nullable(),
  mediaType: z.string().nullable(),
  modifiedAt: z.iso.datetime(),
  /** The folder in which it stands, as a path. */
  folder: z.string(),
  /** Where a received share stands: from whom it comes; `provider` empty for a person of the same cloud. */
  sharedBy: z.object({ name: z.string(), provider: z.string() }).nullable(),
  /** Where it says so, if its content matches. */
  snippet: Snippet.nullable(),
});
export type FoundView = z.infer<typeof FoundView>;
export const FoundPage = z.object({ items: z.array(FoundView), next: z.string().nullable() });
export type FoundPage = z.infer<typeof FoundPage>;

/** A file whose bytes are not what they were, for administrators. */
export const DamagedFileView = z.object({
  kind: z.enum(["missing", "damaged"]),
  foundAt: z.iso.datetime(),
  size: z.number(),
  /** Or the name, of what is in the trash. */
  path: z.string(),
  /** It is a version that the file had before. */
  isFormer: z.boolean(),
  userName: z.string(),
  displayName: z.string(),
});
export type DamagedFileView = z.infer<typeof DamagedFileView>;

/** How the bytes of a site are, for administrators. */
export const StorageView = z.object({
  store: z.enum(["disk", "s3"]),
  /** In so many days every file is read again; 0: none is. */
  scrubDays: z.number(),
  /** Null: there was no time yet. */
  round: z
    .object({
      startedAt: z.iso.datetime(),
      finishedAt: z.iso.datetime().nullable(),
      blobs: z.number(),
      bytes: z.number(),
      allBlobs: z.number(),
      allBytes: z.number(),
      failure: z.string().nullable(),
    })
    .nullable(),
  /** Those found last, and how many contents in all. */
  damaged: z.object({ items: z.array(DamagedFileView), count: z.number() }),
});
export type StorageView = z.infer<typeof StorageView>;
