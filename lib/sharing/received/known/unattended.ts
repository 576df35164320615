import { MUST_USE_MFA } from "@/lib/protocol/ocm/wire";
import { Prisma } from "@/prisma/generated/client";

/**
 * Whether a row `share` of received shares may be read while nobody looks: it still counts, and it does not open with a
 * second factor only, which nobody shows then.
 */
export const MAY_BE_READ_UNATTENDED = Prisma.sql`(share.state = 'accepted' AND NOT ${MUST_USE_MFA} = ANY (share.requirements)
  AND (share."expiresAt" IS NULL OR share."expiresAt" > now()))`;
