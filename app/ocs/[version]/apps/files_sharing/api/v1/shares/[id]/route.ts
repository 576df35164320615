import { z } from "zod";
import { roleIn, ShareTerms } from "@/app/ocs/share-input";
import { sentShareObject } from "@/app/ocs/share-object";
import { ocsRoute } from "@/lib/http/ocs-route";
import { revokeShare } from "@/lib/sharing/sent/end-sent-shares";
import { getSentShare } from "@/lib/sharing/sent/sent-shares";
import { updateSentShare } from "@/lib/sharing/sent/update-sent-share";

const Params = z.object({ id: z.string() });

/** A list of one, as clients expect it. */
export const GET = ocsRoute({ params: Params }, async ({ user, params }) => [
  sentShareObject(user, await getSentShare(user, params.id)),
]);

export const PUT = ocsRoute({ params: Params, body: ShareTerms }, async ({ user, params: { id }, body }) => {
  const { kind } = await getSentShare(user, id);
  const { expireDate: expiresAt, note } = body;
  return sentShareObject(user, await updateSentShare(user, id, { role: roleIn(body, kind), expiresAt, note }));
});

export const DELETE = ocsRoute({ params: Params }, async ({ user, params }) => {
  await revokeShare(user, params.id);
  return [];
});
