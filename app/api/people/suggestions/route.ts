import { z } from "zod";
import { route } from "@/lib/http/route";
import { suggestPeople } from "@/lib/sharing/suggestions";

const Query = z.object({ search: z.string().max(200).default("") });

export const GET = route({ scope: "shares", query: Query }, async ({ user, query }) =>
  Response.json(await suggestPeople(user, query.search)),
);
