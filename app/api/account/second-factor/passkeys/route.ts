import { route } from "@/lib/http/route";
import { addPasskey } from "@/lib/identity/second-factor/passkeys";
import { AddPasskeyInput } from "@/lib/identity/second-factor/schema";

export const POST = route({ body: AddPasskeyInput }, async ({ user, body }) =>
  Response.json(await addPasskey(user, body), { status: 201 }),
);
