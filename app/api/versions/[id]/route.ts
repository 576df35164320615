import { z } from "zod";
import { NameVersionInput } from "@/lib/files/schema";
import { deleteVersion, nameVersion } from "@/lib/files/versions";
import { route } from "@/lib/http/route";
import { announce } from "@/lib/notices/announce";

const params = z.object({ id: z.uuid() });

export const PATCH = route({ scope: "files", params, body: NameVersionInput }, async ({ user, params, body }) => {
  await nameVersion(user, params.id, body.name);
  return new Response(null, { status: 204 });
});

export const DELETE = route({ scope: "files", params }, async ({ user, params }) => {
  await deleteVersion(user, params.id);
  announce(user);
  return new Response(null, { status: 204 });
});
