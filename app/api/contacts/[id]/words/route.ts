import { z } from "zod";
import { VerifyContactInput } from "@/lib/contacts/schema";
import { getContactWords, unverifyContact, verifyContact } from "@/lib/contacts/verify-contact";
import { route } from "@/lib/http/route";

const Params = z.object({ id: z.string() });
/** Each asks another cloud. */
const limit = { name: "contact-words", max: 60, seconds: 3600 };

export const POST = route({ params: Params, limit }, async ({ user, params }) =>
  Response.json(await getContactWords(user, params.id)),
);

export const PUT = route({ params: Params, body: VerifyContactInput }, async ({ user, params, body }) =>
  Response.json(await verifyContact(user, params.id, body.words)),
);

export const DELETE = route({ params: Params }, async ({ user, params }) =>
  Response.json(await unverifyContact(user, params.id)),
);
