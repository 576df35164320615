import { z } from "zod";
import { route } from "@/lib/http/route";
import { rereadDirectory } from "@/lib/trust/directories";

const Params = z.object({ id: z.uuid() });

export const POST = route({ admin: true, params: Params }, async ({ user, params }) =>
  Response.json(await rereadDirectory(user, params.id)),
);
