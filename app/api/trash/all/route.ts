import { deleteForGood } from "@/lib/files/trash";
import { route } from "@/lib/http/route";
import { announce } from "@/lib/notices/announce";

export const DELETE = route({}, async ({ user }) => {
  await deleteForGood(user, "all");
  announce(user);
  return new Response(null, { status: 204 });
});
