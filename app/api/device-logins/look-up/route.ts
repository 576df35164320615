import { route } from "@/lib/http/route";
import { lookAtDeviceLogin } from "@/lib/identity/device-logins";
import { DeviceCodeInput } from "@/lib/identity/schema";

/** Of somebody who guesses. */
const limit = { name: "device-code", max: 20, seconds: 600 };

/** A POST, so that the code stands in no address. */
export const POST = route({ body: DeviceCodeInput, limit }, async ({ user, body, address }) =>
  Response.json(await lookAtDeviceLogin(user.siteId, body.userCode, address)),
);
