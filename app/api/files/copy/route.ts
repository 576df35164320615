import { drive } from "@/lib/drive/drive";
import { viewEntry } from "@/lib/drive/folder-view";
import { transfer } from "@/lib/drive/transfer";
import { CopyInput } from "@/lib/files/schema";
import { route } from "@/lib/http/route";

export const POST = route({ scope: "files", body: CopyInput }, async ({ user, body, request: { signal } }) =>
  Response.json(viewEntry(await transfer(drive(user), { verb: "copy", ...body, signal })), { status: 201 }),
);
