import { auditCsv } from "@/lib/admin/audit-csv";
import { eachAudit } from "@/lib/admin/audit-trail";
import { AuditExport } from "@/lib/admin/schema";
import { route } from "@/lib/http/route";
import { jsonLines, streamText } from "@/lib/http/stream-text";

const TYPES = { csv: "text/csv; charset=utf-8", jsonl: "application/x-ndjson" };

export const GET = route({ admin: true, query: AuditExport }, async ({ user, query }) => {
  const { format, ...filter } = query;
  const entries = eachAudit(user, filter);
  return streamText(format === "csv" ? auditCsv(entries) : jsonLines(entries), {
    "content-type": TYPES[format],
    "content-disposition": `attachment; filename="audit-trail.${format}"`,
  });
});
