import { examineProvider } from "@/lib/admin/doctor/examine-provider";
import { DoctorQuery } from "@/lib/admin/doctor/schema";
import { route } from "@/lib/http/route";
import { jsonLines, streamText } from "@/lib/http/stream-text";

const EACH_ASKS_ANOTHER_CLOUD = { name: "doctor", max: 30, seconds: 60 };

export const GET = route({ admin: true, query: DoctorQuery, limit: EACH_ASKS_ANOTHER_CLOUD }, async ({ site, query }) =>
  streamText(jsonLines(examineProvider(site, query.domain)), { "content-type": "application/x-ndjson" }),
);
