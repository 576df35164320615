import { changePolicies, viewPolicies } from "@/lib/admin/policies";
import { route } from "@/lib/http/route";
import { UpdateSitePolicies } from "@/lib/sites/schema";

export const GET = route({ admin: true }, async ({ user }) => Response.json(await viewPolicies(user.siteId)));

export const PATCH = route({ admin: true, body: UpdateSitePolicies }, async ({ user, body }) =>
  Response.json(await changePolicies(user, body)),
);
