import { inviteToken } from "@/app/sciencemesh/invite-token";
import { listInvites } from "@/lib/contacts/invites";
import type { InviteView } from "@/lib/contacts/schema";
import { allPages } from "@/lib/http/all-pages";
import { meshRoute } from "@/lib/http/mesh-route";

export const GET = meshRoute({}, async ({ user }) => {
  const invites = await allPages<InviteView>((page) => listInvites(user, page));
  const waiting = invites.flatMap((invite) => inviteToken(invite) ?? []);
  return Response.json(waiting, { headers: { "cache-control": "no-store" } });
});
