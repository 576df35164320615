import { z } from "zod";
import { route } from "@/lib/http/route";
import { listNotices } from "@/lib/notices/notices";

const Query = z.object({ after: z.uuid().optional(), limit: z.coerce.number().int().min(1).max(200).optional() });

export const GET = route({ query: Query }, async ({ user, query }) => Response.json(await listNotices(user, query)));
