import { WayfInput } from "@/lib/contacts/schema";
import { findAcceptDialog } from "@/lib/contacts/where-are-you-from";
import { route } from "@/lib/http/route";

const limit = { name: "wayf", max: 20, seconds: 60 };

export const POST = route({ public: true, body: WayfInput, limit }, async ({ site, body }) =>
  Response.json(await findAcceptDialog(site, body)),
);
