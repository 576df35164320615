import { route } from "@/lib/http/route";
import { beginDeviceLogin } from "@/lib/identity/device-logins";
import { BeginDeviceLoginInput } from "@/lib/identity/schema";

const limit = { name: "device-login", max: 30, seconds: 600 };
const headers = { "cache-control": "no-store" };

export const POST = route(
  { public: true, fromPrograms: true, body: BeginDeviceLoginInput, limit },
  async ({ site, body, address }) =>
    Response.json(await beginDeviceLogin(site, body, address), { status: 201, headers }),
);
