import { route } from "@/lib/http/route";
import { changeDirectoryKey } from "@/lib/trust/own-directory";

export const POST = route({ admin: true }, async ({ user }) => Response.json(await changeDirectoryKey(user)));
