import { db } from "@/lib/core/db";
import { invalid, isAppError } from "@/lib/core/errors";
import { logger } from "@/lib/core/logger";
import { looseProvider } from "@/lib/protocol/ocm/address";
import type { Site } from "@/lib/sites/sites";
import { discoverProvider } from "@/lib/trust/discover-provider";
import { requireAllowedProvider } from "@/lib/trust/provider-record";
import { describeSite } from "@/lib/trust/site-discovery";
import { findLiveInvite } from "./invites";

/**
 * Where somebody who holds an invite of ours can answer it: the accept dialog of the cloud that he typed. Whatever is
 * wrong, there is one refusal: the page is open to anyone, and a cloud is asked only for a token that lives.
 *
 * @throws WAYF_FAILED
 * @see OCM, "Invite Flow"
 */
export async function findAcceptDialog(site: Site, { token, provider }: { token: string; provider: string }) {
  try {
    const dialog = await dialogOf(site, token, provider);
    const url = new URL(dialog);
    url.searchParams.set("token", token);
    url.searchParams.set("providerDomain", site.provider);
    return url.href;
  } catch (error) {
    if (!isAppError(error)) throw error;
    logger("contacts").info({ siteId: site.id, reason: error.code }, "accept dialog not found");
    throw invalid("WAYF_FAILED", "That did not work. Check the address of your cloud, or ask for a new invite.");
  }
}

async function dialogOf(site: Site, token: string, typed: string): Promise<string> {
  if (!(await findLiveInvite(db(), site.id, token))) throw invalid("INVITE_UNKNOWN", "There is no such invite.");
  // People type their address as often as their cloud.
  const provider = looseProvider(typed.slice(typed.lastIndexOf("@") + 1));
  if (provider === site.provider) return describeSite(site).inviteAcceptDialog;
  await requireAllowedProvider(site.id, provider);
  const { inviteAcceptDialog } = await discoverProvider(site.id, provider);
  if (!inviteAcceptDialog) throw invalid("NO_ACCEPT_DIALOG", "That cloud has no page to accept invites.");
  return inviteAcceptDialog;
}
