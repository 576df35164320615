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
});
export type EntryView = z.infer<typeof EntryView>;

export const MakeFolderInput = z.object({ path: PathText });
export const MoveInput = z.object({ from: PathText, to: PathText, overwrite: z.boolean().default(false) });
export const CopyInput = MoveInput;

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
export const TrashPage = z.object({ items: z.array(TrashedView), next: z.string().nullable() });
export const TrashedIds = z.object({ ids: z.array(z.uuid()).min(1).max(1000) });

/** Bytes; `quota` null: no limit but the disk. */
export const UsageView = z.object({ used: z.number(), quota: z.number().nullable() });
export type UsageView = z.infer<typeof UsageView>;
