import { getStorage } from "@/lib/admin/storage";
import { route } from "@/lib/http/route";

export const GET = route({ admin: true }, async ({ user }) => Response.json(await getStorage(user)));
