import { route } from "@/lib/http/route";
import { publishDirectory } from "@/lib/trust/own-directory";
import { PublishDirectoryInput } from "@/lib/trust/schema";

export const PUT = route({ admin: true, body: PublishDirectoryInput }, async ({ user, body }) =>
  Response.json(await publishDirectory(user, body)),
);
