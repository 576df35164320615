import { route } from "@/lib/http/route";
import { allowDeviceLogin, denyDeviceLogin } from "@/lib/identity/device-logins";
import { AnswerDeviceLoginInput } from "@/lib/identity/schema";
import { requirePassword } from "@/lib/identity/second-factor/prove-password";

/** Counted together with looking up: of somebody who guesses. */
const limit = { name: "device-code", max: 20, seconds: 600 };

/** A yes makes an app password, and is asked for as much as one made in Settings. */
export const POST = route({ body: AnswerDeviceLoginInput, limit }, async ({ user, body }) => {
  const { userCode, isAllowed, password } = body;
  if (isAllowed) {
    await requirePassword(user, password);
    await allowDeviceLogin(user, userCode);
  } else await denyDeviceLogin(user, userCode);
  return new Response(null, { status: 204 });
});
