import { route } from "@/lib/http/route";
import { getAccount, updateAccount } from "@/lib/identity/account";
import { UpdateAccountInput } from "@/lib/identity/schema";

export const GET = route({}, async ({ user }) => Response.json(await getAccount(user)));

export const PATCH = route({ body: UpdateAccountInput }, async ({ user, body }) =>
  Response.json(await updateAccount(user, body)),
);
