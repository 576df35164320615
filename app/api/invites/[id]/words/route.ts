import { z } from "zod";
import { speakInvite } from "@/lib/contacts/spoken-invites";
import { route } from "@/lib/http/route";

const Params = z.object({ id: z.string() });
const limit = { name: "invite-words-made", max: 60, seconds: 3600 };

export const POST = route({ params: Params, limit }, async ({ user, params }) =>
  Response.json(await speakInvite(user, params.id)),
);
