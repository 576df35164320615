import { z } from "zod";
import type { UserPrincipal } from "@/lib/core/principal";
import { setFavourite } from "@/lib/files/found-nodes";
import { route } from "@/lib/http/route";
import { announce } from "@/lib/notices/announce";

const spec = { scope: "files", params: z.object({ id: z.uuid() }) } as const;

async function set(user: UserPrincipal, id: string, isFavourite: boolean): Promise<Response> {
  await setFavourite(user, id, isFavourite);
  announce(user);
  return new Response(null, { status: 204 });
}

export const PUT = route(spec, ({ user, params }) => set(user, params.id, true));

export const DELETE = route(spec, ({ user, params }) => set(user, params.id, false));
