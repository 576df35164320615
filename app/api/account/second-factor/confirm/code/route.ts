import { route } from "@/lib/http/route";
import { confirmByCode } from "@/lib/identity/second-factor/confirm";
import { CodeInput } from "@/lib/identity/second-factor/schema";

export const POST = route({ halfSignedIn: true, body: CodeInput }, async ({ user, body, address }) => {
  await confirmByCode(user, body.code, address);
  return new Response(null, { status: 204 });
});
