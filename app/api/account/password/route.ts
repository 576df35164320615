import { route } from "@/lib/http/route";
import { changePassword } from "@/lib/identity/account";
import { ChangePasswordInput } from "@/lib/identity/schema";

export const POST = route({ withAnyPassword: true, body: ChangePasswordInput }, async ({ user, body }) => {
  await changePassword(user, body);
  return new Response(null, { status: 204 });
});
