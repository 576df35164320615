import { route } from "@/lib/http/route";
import { getSecondFactors } from "@/lib/identity/second-factor/factors";

export const GET = route({}, async ({ user }) => Response.json(await getSecondFactors(user)));
