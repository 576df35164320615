import { getUsage } from "@/lib/files/usage";
import { route } from "@/lib/http/route";

export const GET = route({ scope: "files" }, async ({ user }) => Response.json(await getUsage(user)));
