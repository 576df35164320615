import { route } from "@/lib/http/route";
import { renewRecoveryCodes } from "@/lib/identity/second-factor/recovery-codes";
import { ProofInput } from "@/lib/identity/second-factor/schema";

export const POST = route({ body: ProofInput }, async ({ user, body }) =>
  Response.json(await renewRecoveryCodes(user, body.password), { status: 201 }),
);
