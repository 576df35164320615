import { z } from "zod";
import { type AppError, conflict, invalid } from "@/lib/core/errors";

/** What can have become of an invite that opens nothing. */
export const DeadInvite = z.enum(["INVITE_USED", "INVITE_EXPIRED", "INVITE_REVOKED", "INVITE_UNKNOWN"]);
export type DeadInvite = z.infer<typeof DeadInvite>;

const SENTENCES: Record<DeadInvite, string> = {
  INVITE_USED: "Somebody has already used this invite. Ask for a new one.",
  INVITE_EXPIRED: "This invite has expired. Ask for a new one.",
  INVITE_REVOKED: "This invite was revoked. Ask for a new one.",
  INVITE_UNKNOWN: "That cloud does not know this invite, or no longer takes it. Ask for a new one.",
};

/** Why an invite of another cloud cannot be accepted, for the person who wanted to. */
export function deadInvite(code: DeadInvite): AppError {
  return (code === "INVITE_USED" ? conflict : invalid)(code, SENTENCES[code]);
}
