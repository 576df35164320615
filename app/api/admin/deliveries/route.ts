import { listDeliveries } from "@/lib/admin/deliveries";
import { DeliveriesQuery } from "@/lib/admin/schema";
import { route } from "@/lib/http/route";

export const GET = route({ admin: true, query: DeliveriesQuery }, async ({ user, query }) =>
  Response.json(await listDeliveries(user, query)),
);
