import { route } from "@/lib/http/route";
import { listReceivedShares } from "@/lib/sharing/received/received-shares";
import { PageQuery } from "@/lib/sharing/schema";

export const GET = route({ scope: "shares", query: PageQuery }, async ({ user, query }) =>
  Response.json(await listReceivedShares(user, query)),
);
