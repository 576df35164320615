import { route } from "@/lib/http/route";
import { askForPasskey } from "@/lib/identity/second-factor/confirm-by-passkey";

export const POST = route({ halfSignedIn: true }, async ({ user }) => Response.json(await askForPasskey(user)));
