import { transfer } from "@/lib/drive/transfer";
import { CopyInput } from "@/lib/files/schema";
import { route } from "@/lib/http/route";

export const POST = route({ scope: "files", body: CopyInput }, async ({ user, body, request: { signal } }) =>
  Response.json(await transfer(user, { verb: "copy", ...body, signal }), { status: 201 }),
);
