import { forbiddenInvites } from "@/lib/contacts/forbidden-invites";
import { db, pool, type Tx } from "@/lib/core/db";
import type { UserPrincipal } from "@/lib/core/principal";
import { looseProvider } from "@/lib/protocol/ocm/address";
import { forbiddenShares } from "@/lib/sharing/sent/cut-shares";
import type { UpdateSitePolicies } from "@/lib/sites/schema";
import { getSite } from "@/lib/sites/sites";
import { allowedInSql } from "@/lib/trust/provider-record";
import { setPolicies } from "./policies";
import type { Concerned, DryRunInput, DryRunView } from "./schema";
import { findStricter } from "./stricter";
import { findShutIn, ifCutOff } from "./unreached";

/** So many names of those concerned are told. */
const FIRST_NAMES = 5;
const first = { take: FIRST_NAMES, orderBy: { id: "desc" as const } };

/**
 * What a decision would do with what exists, before it is made: nothing is changed. `rests` holds what other clouds are
 * not let at while the decision stands, `clouds` with whom nothing new passes, and the rest what ends, for good.
 *
 * @throws PROVIDER_INVALID, WEBDAV_HOST_INVALID
 */
export async function dryRun({ siteId }: UserPrincipal, decision: DryRunInput): Promise<DryRunView> {
  const { policies = {} } = decision;
  const rests = await findResting(siteId, decision);
  const stricter = await findStricter(siteId, policies, FIRST_NAMES);
  return { ...rests, ...stricter, ...(await tryPolicies(siteId, policies)) };
}

type Cut = Pick<DryRunView, "sharesEnd" | "sharesShortened" | "invitesRevoked">;

/** The change itself, taken back: what it finds forbidden is what the true one will. */
async function tryPolicies(siteId: string, change: UpdateSitePolicies): Promise<Cut> {
  const found: { cut?: Cut } = {};
  const takeBack = new Error("taken back");
  await db()
    .$transaction(async (tx) => {
      await setPolicies(tx, siteId, change);
      found.cut = await findCut(tx, siteId);
      throw takeBack;
    })
    .catch((error) => {
      if (error !== takeBack) throw error;
    });
  if (!found.cut) throw new Error("The change was not tried.");
  return found.cut;
}

async function findCut(tx: Tx, siteId: string): Promise<Cut> {
  const { ends, shortens } = await forbiddenShares(tx, siteId);
  const invites = await forbiddenInvites(tx, siteId);
  const select = { recipientName: true } as const;
  const nameOf = (shares: { recipientName: string }[]) => shares.map(({ recipientName }) => recipientName);
  const inviters = invites
    ? await tx.invite.findMany({ where: invites, ...first, select: { inviter: { select: { displayName: true } } } })
    : [];
  return {
    sharesEnd: {
      count: await tx.sentShare.count({ where: ends }),
      names: nameOf(await tx.sentShare.findMany({ where: ends, ...first, select })),
    },
    sharesShortened: {
      count: await tx.sentShare.count({ where: shortens }),
      names: nameOf(await tx.sentShare.findMany({ where: shortens, ...first, select })),
    },
    invitesRevoked: {
      count: invites ? await tx.invite.count({ where: invites }) : 0,
      names: inviters.map(({ inviter }) => inviter.displayName),
    },
  };
}

const LIVE = `AND ("expiresAt" IS NULL OR "expiresAt" > now())`;
const CONTACTS = `SELECT id, provider, "displayName" AS name FROM "Contact" WHERE "siteId" = $1 AND "removedAt" IS NULL`;
const SHARES = `
  SELECT id, provider, "recipientName" AS name FROM "SentShare"
   WHERE "siteId" = $1 AND provider <> '' AND "revokedAt" IS NULL AND answer <> 'declined' ${LIVE}
   UNION ALL
  SELECT id, provider, "senderName" FROM "ReceivedShare"
   WHERE "siteId" = $1 AND provider <> '' AND state IN ('pending', 'accepted') ${LIVE}`;

/**
 * Those of clouds with which the site deals now and would not then: by the rule $2, and with $3 standing as $4. Beside
 * those what has one of the ids $5. Or, where $6 names a cloud, all else that is with that one.
 */
const resting = (things: string) => `
  SELECT count(*)::int AS count, coalesce((array_agg(thing.name ORDER BY thing.id DESC))[1:${FIRST_NAMES}], '{}') AS names
    FROM (${things}) thing
    JOIN "Site" site ON site.id = $1
    LEFT JOIN "Provider" peer ON peer."siteId" = site.id AND peer.provider = thing.provider
   CROSS JOIN LATERAL (SELECT site.id, $2::"ProviderRule" AS "providerRule") rule
   CROSS JOIN LATERAL (
     SELECT CASE WHEN thing.provider = $3 THEN $4::"ProviderStanding" ELSE peer.standing END AS standing) judged
   WHERE ${allowedInSql("site", "peer", "thing.provider")}
     AND (NOT (${allowedInSql("rule", "judged", "thing.provider")}) OR thing.id = ANY ($5::uuid[])) = ($6::text IS NULL)
     AND thing.provider = coalesce($6, thing.provider)`;

const NONE: Concerned = { count: 0, names: [] };

async function findResting(siteId: string, { policies, provider }: DryRunInput) {
  const { providerRule } = await getSite(siteId);
  const cloud = provider ? looseProvider(provider.domain) : "";
  const standing = provider?.standing ?? null;
  // As a block is heeded where anyone was let in before.
  const heeded = standing === "blocked" && providerRule === "anyone" ? "unblocked" : providerRule;
  const judged = standing ? cloud : null;
  const { privateNetwork } = provider ?? {};
  const cutOff = privateNetwork === undefined ? null : await ifCutOff(siteId, cloud, privateNetwork);
  const shut = await findShutIn(siteId, cloud, provider ?? {});
  const values = [siteId, policies?.providerRule ?? heeded, judged, standing, shut];
  const ask = async (things: string, only: string | null): Promise<Concerned> =>
    (await pool().query<Concerned>(resting(things), [...values, only])).rows[0] ?? NONE;
  return {
    contactsRest: await ask(CONTACTS, null),
    sharesRest: await ask(SHARES, null),
    contactsCutOff: cutOff ? await ask(CONTACTS, cutOff) : NONE,
    sharesCutOff: cutOff ? await ask(SHARES, cutOff) : NONE,
  };
}
