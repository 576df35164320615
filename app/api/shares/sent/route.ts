import { z } from "zod";
import { SHARES_SENT } from "@/lib/http/limits";
import { route } from "@/lib/http/route";
import { PageQuery, SendShareInput } from "@/lib/sharing/schema";
import { sendShare } from "@/lib/sharing/sent/send-share";
import { listSentShares } from "@/lib/sharing/sent/sent-shares";

const Query = PageQuery.extend({ nodeId: z.uuid().optional() });

export const GET = route({ scope: "shares", query: Query }, async ({ user, query }) =>
  Response.json(await listSentShares(user, query)),
);

export const POST = route({ scope: "shares", body: SendShareInput, limit: SHARES_SENT }, async ({ user, body }) =>
  Response.json(await sendShare(user, body), { status: 201 }),
);
