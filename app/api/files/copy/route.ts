import { drive } from "@/lib/drive/drive";
import { viewEntry } from "@/lib/drive/folder-view";
import { CopyInput } from "@/lib/files/schema";
import { route } from "@/lib/http/route";

export const POST = route(
  { scope: "files", body: CopyInput },
  async ({ user, body: { from, to, overwrite }, request: { signal } }) =>
    Response.json(viewEntry(await drive(user).copy(from, to, { overwrite, signal })), { status: 201 }),
);
