import type { ShareRole } from "@/prisma/generated/client";

/** What a role is on the wire. */
export function permissionsOf({ role, canReshare = false }: { role: ShareRole; canReshare?: boolean }): string[] {
  return ["read", ...(role === "editor" ? ["write"] : []), ...(canReshare ? ["share"] : [])];
}
