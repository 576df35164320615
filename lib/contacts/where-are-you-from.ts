import { db } from "@/lib/core/db";
import { type AppError, conflict, forbidden, hasCode, invalid, isAppError, peerFailed } from "@/lib/core/errors";
import { logger } from "@/lib/core/logger";
import { limit } from "@/lib/limits/limit";
import { networkOf } from "@/lib/limits/network";
import { looseProvider } from "@/lib/protocol/ocm/address";
import type { Site } from "@/lib/sites/sites";
import { discoverProvider } from "@/lib/trust/discover-provider";
import { requireAllowedProvider } from "@/lib/trust/provider-record";
import { type DeadInvite, deadInvite } from "./dead-invite";
import { findLiveInvite, whyDead } from "./invites";

const LOOKS = { max: 60, seconds: 60 };

/** Who made an invite of ours, or what became of it, in a code and in a sentence. */
export type InviteLook = { inviterName: string } | { dead: DeadInvite; message: string };

/**
 * What the page that an invite link opens tells of the invite. Holding the token allows to accept and so to learn more
 * than a name; `address` is who looks, and is counted.
 *
 * @throws TOO_MANY_REQUESTS
 */
export async function lookAtInvite(site: Site, token: string, address: string): Promise<InviteLook> {
  await limit({ siteId: site.id, key: `invite-page:address:${networkOf(address)}`, ...LOOKS });
  const invite = await findLiveInvite(db(), site.id, token);
  if (invite) return { inviterName: invite.inviter.displayName };
  const dead = await whyDead(site.id, token);
  return { dead, message: refusalOf(dead).message };
}

/**
 * Where somebody who holds an invite of ours can answer it: the accept dialog of the cloud that he typed. The page is
 * open to anyone: no cloud is asked without a token that lives, or was used, perhaps by who asks and never got the
 * answer; and of a cloud that fails it is not told how.
 *
 * @throws INVITE_EXPIRED, INVITE_REVOKED, INVITE_UNKNOWN, PROVIDER_INVALID, IS_INVITING_CLOUD, PROVIDER_NOT_TRUSTED,
 *   CLOUD_NOT_REACHED, NO_ACCEPT_DIALOG
 * @see OCM, "Invite Flow"
 */
export async function findAcceptDialog(site: Site, { token, provider: typed }: { token: string; provider: string }) {
  if (!(await findLiveInvite(db(), site.id, token))) {
    const dead = await whyDead(site.id, token);
    if (dead !== "INVITE_USED") throw refusalOf(dead);
  }
  const provider = readCloud(typed);
  if (provider === site.provider) {
    throw conflict("IS_INVITING_CLOUD", "That is the cloud the invite comes from. Type the one that is yours.");
  }
  const { inviteAcceptDialog } = await discover(site, provider);
  if (!inviteAcceptDialog) {
    throw invalid("NO_ACCEPT_DIALOG", `${provider} has no page for invites. Copy the code below and paste it there.`);
  }
  const url = new URL(inviteAcceptDialog);
  url.searchParams.set("token", token);
  url.searchParams.set("providerDomain", site.provider);
  return { redirect: url.href, provider };
}

const refusalOf = (dead: DeadInvite): AppError =>
  dead === "INVITE_UNKNOWN"
    ? invalid(dead, "This cloud knows no such invite. Open the whole link again, or ask for a new one.")
    : deadInvite(dead);

/** People type their address as often as their cloud. */
function readCloud(typed: string): string {
  try {
    return looseProvider(typed.slice(typed.lastIndexOf("@") + 1));
  } catch (cause) {
    if (!isAppError(cause)) throw cause;
    throw invalid("PROVIDER_INVALID", "This is not the name of a cloud. It looks like cloud.example.org.", { cause });
  }
}

async function discover(site: Site, provider: string) {
  try {
    await requireAllowedProvider(site.id, provider);
    return await discoverProvider(site.id, provider);
  } catch (error) {
    if (!isAppError(error)) throw error;
    logger("contacts").info({ siteId: site.id, provider, reason: error.code }, "accept dialog not found");
    if (hasCode(error, "PROVIDER_NOT_TRUSTED")) {
      throw forbidden("PROVIDER_NOT_TRUSTED", `${site.name} does not exchange files with ${provider}.`);
    }
    throw peerFailed("CLOUD_NOT_REACHED", `No cloud answers at ${provider}. Check the spelling, or try again later.`);
  }
}
