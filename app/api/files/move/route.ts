import { drive } from "@/lib/drive/drive";
import { viewEntry } from "@/lib/drive/folder-view";
import { MoveInput } from "@/lib/files/schema";
import { route } from "@/lib/http/route";

export const POST = route(
  { scope: "files", body: MoveInput },
  async ({ user, body: { from, to, overwrite }, request: { signal } }) =>
    Response.json(viewEntry(await drive(user).move(from, to, { overwrite, signal }))),
);
