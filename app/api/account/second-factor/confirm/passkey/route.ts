import { route } from "@/lib/http/route";
import { confirmByPasskey } from "@/lib/identity/second-factor/confirm-by-passkey";
import { PasskeyAssertion } from "@/lib/identity/second-factor/schema";

export const POST = route({ halfSignedIn: true, body: PasskeyAssertion }, async ({ user, body, address }) => {
  await confirmByPasskey(user, body, address);
  return new Response(null, { status: 204 });
});
