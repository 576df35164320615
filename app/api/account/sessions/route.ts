import { route } from "@/lib/http/route";
import { endAllSessions, listSessions } from "@/lib/identity/sessions";

export const GET = route({}, async ({ user }) => Response.json(await listSessions(user)));

export const DELETE = route({}, async ({ user }) => {
  await endAllSessions(user);
  return new Response(null, { status: 204 });
});
