import { z } from "zod";
import { retryAllOf } from "@/lib/admin/steer-deliveries";
import { route } from "@/lib/http/route";

export const POST = route({ admin: true, body: z.object({ provider: z.string().max(300) }) }, async ({ user, body }) =>
  Response.json({ count: await retryAllOf(user, body.provider) }),
);
