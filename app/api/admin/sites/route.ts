import { addSite, listInstalledSites } from "@/lib/admin/sites";
import { route } from "@/lib/http/route";
import { CreateSiteInput } from "@/lib/sites/schema";

export const GET = route({ admin: true }, async ({ user }) => Response.json({ items: await listInstalledSites(user) }));

export const POST = route({ admin: true, body: CreateSiteInput }, async ({ user, body }) =>
  Response.json(await addSite(user, body), { status: 201 }),
);
