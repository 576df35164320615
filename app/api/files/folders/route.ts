import { drive } from "@/lib/drive/drive";
import { viewEntry } from "@/lib/drive/folder-view";
import { MakeFolderInput } from "@/lib/files/schema";
import { route } from "@/lib/http/route";

export const POST = route({ scope: "files", body: MakeFolderInput }, async ({ user, body }) =>
  Response.json(viewEntry(await drive(user).makeFolder(body.path)), { status: 201 }),
);
