import { CALL_MS, callProvider, type PeerAnswer } from "@/lib/delivery/call-provider";
import { formatOcmAddress } from "@/lib/protocol/ocm/address";
import type { Site } from "@/lib/sites/sites";
import { INVITE_KNOWN_AS } from "@/lib/trust/site-discovery";
import { DeadInvite } from "./dead-invite";

/** Who accepts which invite, as it travels. @see OCM, "Invite Acceptance Request" */
type Acceptance = { recipientProvider: string; token: string; userID: string; email: string; name: string };

/** Statuses that may mean the form of a message and not what it says. */
const NOT_READ = [400, 415];
/** Statuses that may mean that nothing stands at an address. */
const NOTHING_THERE = [404, 405];

/**
 * Tells another cloud that an invite of it is accepted: as the specification says, then to whoever cannot read that as a
 * form, then where earlier drafts had it. Each time the same is said, so a cloud that took it already answers 409.
 * Returns the first answer that is not such a refusal; if there is none, that to the newest form. Somebody waits for it: all
 * of it takes no longer than one call may.
 *
 * @throws what `callProvider` throws
 */
export async function tellAcceptance(
  site: Site,
  provider: string,
  acceptance: Acceptance,
  knownAs: string[],
): Promise<PeerAnswer> {
  const endsAt = Date.now() + CALL_MS;
  const first = await callProvider(site, provider, {
    to: "/invite-accepted",
    json: ({ capabilities }) =>
      capabilities.includes(INVITE_KNOWN_AS) ? { ...acceptance, knownAs } : inFull(acceptance),
  });
  let answer = first;
  for (const { to, after } of OLDER_WAYS) {
    if (saysWhy(answer)) return answer;
    const timeoutMs = endsAt - Date.now();
    if (timeoutMs <= 0) break;
    if (after.includes(answer.status)) {
      answer = await callProvider(site, provider, { to, form: inFull(acceptance), timeoutMs });
    }
  }
  return isRefusedUnread(answer) ? first : answer;
}

/** With what they are tried after. */
const OLDER_WAYS = [
  { to: "/invite-accepted", after: NOT_READ },
  { to: "/invites/accept", after: [...NOT_READ, ...NOTHING_THERE] },
];

const isRefusedUnread = ({ status }: PeerAnswer) => [...NOT_READ, ...NOTHING_THERE].includes(status);

/** It has read what it refuses. */
const saysWhy = ({ json }: PeerAnswer) =>
  DeadInvite.safeParse((json as { message?: unknown } | undefined)?.message).success;

/** Others spell `userID` otherwise, too, and some refuse who shows no mail address: it is never empty. */
function inFull<M extends Acceptance>(message: M) {
  const { userID, email, recipientProvider: provider } = message;
  return { ...message, userId: userID, email: email || formatOcmAddress({ identifier: userID, provider }) };
}
