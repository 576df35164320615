import { z } from "zod";
import { route } from "@/lib/http/route";
import { removePasskey } from "@/lib/identity/second-factor/passkeys";
import { ProofInput } from "@/lib/identity/second-factor/schema";

const Params = z.object({ id: z.string() });

export const DELETE = route({ params: Params, body: ProofInput }, async ({ user, params, body }) => {
  await removePasskey(user, params.id, body.password);
  return new Response(null, { status: 204 });
});
