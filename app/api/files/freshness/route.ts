import { z } from "zod";
import { getFreshness } from "@/lib/drive/folder-view";
import { PathText } from "@/lib/files/schema";
import { route } from "@/lib/http/route";

export const GET = route({ scope: "files", query: z.object({ path: PathText }) }, async ({ user, query }) =>
  Response.json(await getFreshness(user, query.path)),
);
