import { transfer } from "@/lib/drive/transfer";
import { MoveInput } from "@/lib/files/schema";
import { route } from "@/lib/http/route";

export const POST = route({ scope: "files", body: MoveInput }, async ({ user, body, request: { signal } }) =>
  Response.json(await transfer(user, { verb: "move", ...body, signal })),
);
