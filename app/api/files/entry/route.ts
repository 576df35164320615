import { z } from "zod";
import { getEntry } from "@/lib/drive/folder-view";
import { PathText } from "@/lib/files/schema";
import { route } from "@/lib/http/route";

export const GET = route({ scope: "files", query: z.object({ path: PathText }) }, async ({ user, query }) =>
  Response.json(await getEntry(user, query.path)),
);
