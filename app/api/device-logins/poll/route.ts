import { route } from "@/lib/http/route";
import { pollDeviceLogin } from "@/lib/identity/device-logins";
import { PollDeviceLoginInput } from "@/lib/identity/schema";

/** A POST, so that the code stands in no address. */
export const POST = route({ public: true, fromPrograms: true, body: PollDeviceLoginInput }, async ({ site, body }) =>
  Response.json(await pollDeviceLogin(site.id, body.deviceCode)),
);
