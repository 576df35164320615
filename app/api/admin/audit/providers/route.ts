import { listAuditedProviders } from "@/lib/admin/audit-of-provider";
import { AuditedProviders, AuditedProvidersQuery } from "@/lib/admin/schema";
import { route } from "@/lib/http/route";

export const GET = route({ admin: true, query: AuditedProvidersQuery }, async ({ user, query }) =>
  Response.json(AuditedProviders.parse({ items: await listAuditedProviders(user, query.search) })),
);
