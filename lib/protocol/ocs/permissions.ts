import { invalid } from "@/lib/core/errors";

const READ = 1;
const UPDATE = 2;
const CREATE = 4;
const DELETE = 8;
const SHARE = 16;
const ALL = READ | UPDATE | CREATE | DELETE;

type Kind = "file" | "folder";
type Rights = { canWrite: boolean; kind: Kind; canReshare?: boolean };

/** What may be done, in the bits of OCS: read 1, update 2, create 4, delete 8, share on 16. */
export function permissionBits({ canWrite, kind, canReshare = false }: Rights): number {
  const change = kind === "file" ? READ | UPDATE : ALL;
  return (canWrite ? change : READ) | (canReshare ? SHARE : 0);
}

/**
 * Whether bits grant to write; the one for sharing on (16) is left out. Within a folder only all or nothing can be
 * granted, so that nobody gets more than was asked for.
 *
 * @throws PERMISSIONS_UNSUPPORTED
 */
export function grantsWriting(bits: number, kind: Kind): boolean {
  const asked = bits & ALL;
  if (kind === "file" && asked & READ) return (asked & UPDATE) !== 0;
  if (asked === READ || asked === ALL) return asked === ALL;
  const message =
    kind === "file"
      ? "These permissions cannot be given: 1 is to view the file, 3 to edit it."
      : "These permissions cannot be given: 1 is to view the folder, 15 to edit all in it.";
  throw invalid("PERMISSIONS_UNSUPPORTED", message, { fields: [{ name: "permissions", message }] });
}
