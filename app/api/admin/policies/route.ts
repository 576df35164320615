import { changePolicies } from "@/lib/admin/policies";
import { route } from "@/lib/http/route";
import { getPolicies } from "@/lib/sites/policies";
import { UpdateSitePolicies } from "@/lib/sites/schema";

export const GET = route({ admin: true }, async ({ user }) => Response.json(await getPolicies(user.siteId)));

export const PATCH = route({ admin: true, body: UpdateSitePolicies }, async ({ user, body }) =>
  Response.json(await changePolicies(user, body)),
);
