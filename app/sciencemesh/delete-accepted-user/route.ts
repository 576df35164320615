import { z } from "zod";
import { removeIdentity } from "@/lib/contacts/identities";
import { meshRoute } from "@/lib/http/mesh-route";

const Body = z.object({ idp: z.string().min(1).max(300), user_id: z.string().min(1).max(1024) });

export const DELETE = meshRoute({ body: Body }, async ({ user, body }) => {
  await removeIdentity(user, { provider: body.idp, identifier: body.user_id });
  return new Response(null);
});
