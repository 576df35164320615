import { z } from "zod";
import { PathText } from "@/lib/files/schema";
import { grantsWriting } from "@/lib/protocol/ocs/permissions";
import { Role, UpdateSentShareInput } from "@/lib/sharing/schema";

export const OcsPath = z
  .string()
  .max(16_384)
  .transform((text) => (text.startsWith("/") ? text : `/${text}`))
  .pipe(PathText);

/** A share lasts until its last day is over, everywhere west of where days begin: in UTC. */
const endOfDay = (day: string) => `${day.slice(0, 10)}T23:59:59Z`;
const ExpireDate = z.union(
  [
    z.literal("").transform(() => null),
    z.iso.date().transform(endOfDay),
    z.iso.datetime({ offset: true }),
    z.iso.datetime({ local: true }).transform(endOfDay),
  ],
  "Write the last day as 2030-12-31.",
);

/** What one says of a share when it is made, and again when it is changed. */
export const ShareTerms = z.object({
  permissions: z.coerce.number().int().min(0).max(31).optional(),
  role: Role.optional(),
  expireDate: z
    .string()
    .max(40)
    .transform((text) => text.replace(/^(\d{4}-\d\d-\d\d) /, "$1T"))
    .pipe(ExpireDate)
    .optional(),
  note: UpdateSentShareInput.shape.note,
});
type ShareTerms = z.infer<typeof ShareTerms>;

/**
 * Which role is asked for, if any is. A role counts more than bits.
 *
 * @throws PERMISSIONS_UNSUPPORTED
 */
export function roleIn({ role, permissions }: ShareTerms, kind: "file" | "folder"): z.infer<typeof Role> | undefined {
  if (role !== undefined || permissions === undefined) return role;
  return grantsWriting(permissions, kind) ? "editor" : "viewer";
}
