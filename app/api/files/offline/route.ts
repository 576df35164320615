import { z } from "zod";
import { getOfflineFacts, keepHere, keepNoMore } from "@/lib/drive/offline";
import { PathText } from "@/lib/files/schema";
import { route } from "@/lib/http/route";

const place = z.object({ path: PathText });

/** What is kept here of something on another cloud. */
export const GET = route({ scope: "files", query: place }, async ({ user, query }) =>
  Response.json({ offline: await getOfflineFacts(user, query.path) }),
);

export const POST = route({ scope: "files", body: place }, async ({ user, body }) => {
  await keepHere(user, body.path);
  return Response.json({ offline: await getOfflineFacts(user, body.path) }, { status: 201 });
});

export const DELETE = route({ scope: "files", query: place }, async ({ user, query }) => {
  await keepNoMore(user, query.path);
  return new Response(null, { status: 204 });
});
