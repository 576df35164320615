import { z } from "zod";
import { resetPassword } from "@/lib/admin/people";
import { route } from "@/lib/http/route";
import { ResetPasswordInput } from "@/lib/identity/schema";

const Params = z.object({ id: z.string() });

export const POST = route({ admin: true, params: Params, body: ResetPasswordInput }, async ({ user, params, body }) => {
  await resetPassword(user, params.id, body.password);
  return new Response(null, { status: 204 });
});
