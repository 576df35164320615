import { listAudit } from "@/lib/admin/audit-trail";
import { AuditQuery } from "@/lib/admin/schema";
import { route } from "@/lib/http/route";

export const GET = route({ admin: true, query: AuditQuery }, async ({ user, query }) =>
  Response.json(await listAudit(user, query)),
);
