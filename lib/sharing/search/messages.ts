import { z } from "zod";
import { FileKind, Snippet } from "@/lib/files/schema";
import { isSafeName } from "@/lib/protocol/ocm/text";
import { MOST_FOUND } from "@/lib/sharing/schema";

/** In one message. */
export const MOST_SHARES = 50;

/** What one cloud asks another: in which shares, each with what opens it, and for what. */
export const ShareSearchRequest = z.object({
  shares: z
    .array(z.object({ providerId: z.string().min(1).max(255), accessToken: z.string().min(1).max(8192) }))
    .min(1)
    .max(MOST_SHARES),
  q: z.string().trim().max(200).default(""),
  kind: FileKind.optional(),
  from: z.iso.datetime().optional(),
  until: z.iso.datetime().optional(),
});
export type ShareSearchRequest = z.infer<typeof ShareSearchRequest>;

/** A path from the top of a share down, of names that can stand here. */
const Names = z.array(z.string().refine(isSafeName)).max(500);

/** One thing that was found; `folder` holds the names from the top of the share down. */
export const FoundInShare = z.object({
  name: z.string().refine(isSafeName),
  folder: Names,
  kind: z.enum(["file", "folder"]),
  size: z.number().nonnegative().nullable(),
  modifiedAt: z.iso.datetime(),
  snippet: Snippet.max(100).nullable(),
});
export type FoundInShare = z.infer<typeof FoundInShare>;

/** `isMore`: there is more of it than was found, or not all was looked through. */
const Result = z.object({
  providerId: z.string().max(255),
  items: z.array(z.unknown()).max(MOST_FOUND),
  isMore: z.boolean(),
});

/** A share that is not in it was not searched. What cannot stand here is left out. */
export const ShareSearchResponse = z.object({
  results: z.array(
    Result.transform(({ items, ...rest }) => ({
      ...rest,
      items: items.flatMap((item) => FoundInShare.safeParse(item).data ?? []),
    })),
  ),
});
