import { z } from "zod";
import { OcsPath, roleIn, ShareTerms } from "@/app/ocs/share-input";
import { sentShareObject, sharedWithMeObject } from "@/app/ocs/share-object";
import { invalid } from "@/lib/core/errors";
import { findMount } from "@/lib/files/mounts";
import { allPages } from "@/lib/http/all-pages";
import { SHARES_SENT } from "@/lib/http/limits";
import { ocsRoute } from "@/lib/http/ocs-route";
import { listReceivedShares } from "@/lib/sharing/received/received-shares";
import { type ReceivedShareView, SendShareInput, type SentShareView } from "@/lib/sharing/schema";
import { sendShare } from "@/lib/sharing/sent/send-share";
import { listSentShares } from "@/lib/sharing/sent/sent-shares";
import { findShareable } from "@/lib/sharing/sent/shareable";

const Query = z.object({ path: OcsPath.optional(), shared_with_me: z.string().max(10).optional() });
/** What was declined, left or has run out is no share to a client of this API. */
const STANDING = ["queued", "delivered", "accepted", "failed"];

export const GET = ocsRoute({ query: Query }, async ({ user, query: { path, shared_with_me } }) => {
  if (shared_with_me === "true") {
    const received = await allPages<ReceivedShareView>((page) => listReceivedShares(user, page));
    const accepted = received.filter(({ state }) => state === "accepted");
    return accepted.map((share) => sharedWithMeObject(user, share));
  }
  if (path && (await findMount(user, path))) return []; // of what others gave one has shared nothing
  const nodeId = path && (await findShareable(user, path)).id;
  const sent = await allPages<SentShareView>((page) => listSentShares(user, { nodeId, ...page }));
  return sent.filter(({ state }) => STANDING.includes(state)).map((share) => sentShareObject(user, share));
});

const SHARE_TYPE = { person: 0, remote: 6 };
const Body = ShareTerms.extend({
  path: OcsPath,
  shareType: z.coerce.number().int(),
  shareWith: z.string().min(1).max(1024),
  shareWithProvider: z.string().max(300).optional(),
});

export const POST = ocsRoute({ body: Body, limit: SHARES_SENT }, async ({ user, site, body }) => {
  const { path, shareType, shareWith, expireDate, note } = body;
  if (shareType !== SHARE_TYPE.person && shareType !== SHARE_TYPE.remote) {
    const message = "Shares go to people here (shareType 0) and on other clouds (shareType 6).";
    throw invalid("SHARE_TYPE_UNSUPPORTED", message, { fields: [{ name: "shareType", message }] });
  }
  const provider = shareType === SHARE_TYPE.person ? site.provider : body.shareWithProvider;
  const { id: nodeId, kind } = await findShareable(user, path);
  const share = await sendShare(
    user,
    SendShareInput.parse({
      nodeId,
      recipient: { kind: "address", address: provider ? `${shareWith}@${provider}` : shareWith },
      role: roleIn(body, kind) ?? "viewer",
      expiresAt: expireDate,
      note,
    }),
  );
  return sentShareObject(user, share);
});
