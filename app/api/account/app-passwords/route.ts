import { route } from "@/lib/http/route";
import { createAppPassword, listAppPasswords, revokeAllAppPasswords } from "@/lib/identity/app-passwords";
import { CreateAppPasswordInput } from "@/lib/identity/schema";
import { requirePassword } from "@/lib/identity/second-factor/prove-password";

export const GET = route({}, async ({ user }) => Response.json(await listAppPasswords(user)));

const limit = { name: "app-password-create", max: 30, seconds: 600 };
const headers = { "cache-control": "no-store" };

/** It opens files for good and asks for no second factor: making one is asked for as much as signing in. */
export const POST = route({ body: CreateAppPasswordInput, limit }, async ({ user, body: { password, ...body } }) => {
  await requirePassword(user, password);
  return Response.json(await createAppPassword(user, body), { status: 201, headers });
});

export const DELETE = route({}, async ({ user }) => {
  await revokeAllAppPasswords(user);
  return new Response(null, { status: 204 });
});
