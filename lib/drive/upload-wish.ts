import { z } from "zod";
import { invalid } from "@/lib/core/errors";
import { PathText } from "@/lib/files/schema";

/** Where a file shall stand that comes by a resumable upload, and what is known of it. */
const UploadWish = z.object({
  path: PathText,
  conflict: z.enum(["ask", "replace", "keep-both"]).default("ask"),
  /** Only over the file with this etag. */
  ifMatch: z.string().max(200).optional(),
  /** In hex, of the whole file. */
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/i, "A SHA-256 is written in 64 hexadecimal digits.")
    .transform((hex) => hex.toLowerCase())
    .optional(),
});
export type UploadWish = z.infer<typeof UploadWish>;

const MOST = 32_768;

/**
 * Reads Upload-Metadata: `path`, or at least a `filename` for a file at the top. Whatever else a client says is not heeded.
 *
 * @throws UPLOAD_METADATA_INVALID; z.ZodError, which is answered with the fields
 * @see tus 1.0, "Creation"
 */
export function readUploadWish(metadata: string): UploadWish {
  const { path, filename, ...more } = fieldsOf(metadata);
  return UploadWish.parse({ path: path ?? (filename === undefined ? undefined : `/${filename}`), ...more });
}

/** Whether it says where the file shall stand; a part need not. */
export function namesPlace(metadata: string): boolean {
  const { path, filename } = fieldsOf(metadata);
  return (path ?? filename) !== undefined;
}

function fieldsOf(metadata: string): Record<string, string> {
  if (metadata.length > MOST) throw unreadable();
  const pairs = metadata.split(",").map((pair) => pair.trim().split(" "));
  const fields: Record<string, string> = {};
  for (const [key = "", value = "", ...more] of pairs) {
    if (key === "") continue;
    if (more.length > 0 || key in fields || !/^[A-Za-z0-9+/]*=*$/.test(value)) throw unreadable();
    fields[key] = textOf(value);
  }
  return fields;
}

function textOf(base64: string): string {
  const bytes = Buffer.from(base64, "base64");
  const text = bytes.toString("utf8");
  if (!Buffer.from(text).equals(bytes) || text.includes("\0")) throw unreadable();
  return text;
}

const unreadable = () => invalid("UPLOAD_METADATA_INVALID", "Upload-Metadata cannot be read.");
