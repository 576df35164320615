import { z } from "zod";
import { route } from "@/lib/http/route";
import { removeDirectory, trustDirectory } from "@/lib/trust/directories";
import { UpdateDirectoryInput } from "@/lib/trust/schema";

const Params = z.object({ id: z.uuid() });

export const PATCH = route(
  { admin: true, params: Params, body: UpdateDirectoryInput },
  async ({ user, params, body }) => Response.json(await trustDirectory(user, params.id, body.isTrusted)),
);

export const DELETE = route({ admin: true, params: Params }, async ({ user, params }) => {
  await removeDirectory(user, params.id);
  return new Response(null, { status: 204 });
});
