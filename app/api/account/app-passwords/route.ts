import { route } from "@/lib/http/route";
import { createAppPassword, listAppPasswords, revokeAllAppPasswords } from "@/lib/identity/app-passwords";
import { CreateAppPasswordInput } from "@/lib/identity/schema";

export const GET = route({}, async ({ user }) => Response.json(await listAppPasswords(user)));

const limit = { name: "app-password-create", max: 30, seconds: 600 };
const headers = { "cache-control": "no-store" };

export const POST = route({ body: CreateAppPasswordInput, limit }, async ({ user, body }) =>
  Response.json(await createAppPassword(user, body), { status: 201, headers }),
);

export const DELETE = route({}, async ({ user }) => {
  await revokeAllAppPasswords(user);
  return new Response(null, { status: 204 });
});
