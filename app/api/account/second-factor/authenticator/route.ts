import { route } from "@/lib/http/route";
import {
  beginAuthenticator,
  confirmAuthenticator,
  removeAuthenticator,
} from "@/lib/identity/second-factor/authenticator";
import { CodeInput, ProofInput } from "@/lib/identity/second-factor/schema";

export const POST = route({ body: ProofInput }, async ({ user, body }) =>
  Response.json(await beginAuthenticator(user, body.password), { status: 201 }),
);

export const PUT = route({ body: CodeInput }, async ({ user, body, address }) =>
  Response.json(await confirmAuthenticator(user, body.code, address)),
);

export const DELETE = route({ body: ProofInput }, async ({ user, body }) => {
  await removeAuthenticator(user, body.password);
  return new Response(null, { status: 204 });
});
