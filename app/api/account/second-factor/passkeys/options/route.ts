import { route } from "@/lib/http/route";
import { beginPasskey } from "@/lib/identity/second-factor/passkeys";
import { ProofInput } from "@/lib/identity/second-factor/schema";

export const POST = route({ body: ProofInput }, async ({ user, body }) =>
  Response.json(await beginPasskey(user, body.password)),
);
