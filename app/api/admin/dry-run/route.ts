import { dryRun } from "@/lib/admin/dry-run";
import { DryRunInput } from "@/lib/admin/schema";
import { route } from "@/lib/http/route";

export const POST = route({ admin: true, body: DryRunInput }, async ({ user, body }) =>
  Response.json(await dryRun(user, body)),
);
