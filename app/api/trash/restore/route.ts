import { TrashedIds } from "@/lib/files/schema";
import { restoreTrashed } from "@/lib/files/trash";
import { route } from "@/lib/http/route";
import { announce } from "@/lib/notices/announce";

export const POST = route({ body: TrashedIds }, async ({ user, body }) => {
  const restored = await restoreTrashed(user, body.ids);
  announce(user);
  return Response.json({ restored });
});
