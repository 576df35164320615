import { z } from "zod";
import { drive } from "@/lib/drive/drive";
import { viewEntry } from "@/lib/drive/folder-view";
import { route } from "@/lib/http/route";

export const POST = route({ scope: "files", params: z.object({ id: z.uuid() }) }, async ({ user, params }) =>
  Response.json(viewEntry(await drive(user).restoreVersion(params.id))),
);
