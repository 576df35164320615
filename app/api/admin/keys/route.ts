import { changeKeys, getKeys } from "@/lib/admin/keys";
import { route } from "@/lib/http/route";
import { ChangeKeysInput } from "@/lib/sites/schema";

export const GET = route({ admin: true }, async ({ user }) => Response.json(await getKeys(user)));

export const POST = route({ admin: true, body: ChangeKeysInput }, async ({ user, body }) =>
  Response.json(await changeKeys(user, body), { status: 201 }),
);
