import { announce } from "@/lib/drive/announce";
import { TrashedIds } from "@/lib/files/schema";
import { restoreTrashed } from "@/lib/files/trash";
import { route } from "@/lib/http/route";

export const POST = route({ body: TrashedIds }, async ({ user, body }) => {
  const restored = await restoreTrashed(user, body.ids);
  announce(user);
  return Response.json({ restored });
});
