import { viewFound } from "@/lib/drive/found-view";
import { listFavourites } from "@/lib/files/found-nodes";
import { route } from "@/lib/http/route";

export const GET = route({ scope: "files" }, async ({ user }) =>
  Response.json(await viewFound(user, await listFavourites(user))),
);
