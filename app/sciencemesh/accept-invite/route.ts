import { z } from "zod";
import { acceptInvite } from "@/lib/contacts/accept-invite";
import { AcceptInviteInput } from "@/lib/contacts/schema";
import { conflict, hasCode, notFound } from "@/lib/core/errors";
import { INVITES_ACCEPTED } from "@/lib/http/limits";
import { meshRoute } from "@/lib/http/mesh-route";

const { token, provider } = AcceptInviteInput.shape;
const Body = z.object({ token, providerDomain: provider });

export const POST = meshRoute({ body: Body, limit: INVITES_ACCEPTED }, async ({ user, body }) => {
  const accepting = acceptInvite(user, { token: body.token, provider: body.providerDomain });
  const { wasConnected } = await accepting.catch((error) => {
    throw hasCode(error, "INVITE_UNKNOWN") ? notFound(error.code, error.message) : error;
  });
  if (wasConnected) throw conflict("ALREADY_CONNECTED", "You are connected with this person already.");
  return new Response(null);
});
