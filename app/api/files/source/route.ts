import { z } from "zod";
import { findSource } from "@/lib/drive/folder-view";
import { PathText } from "@/lib/files/schema";
import { route } from "@/lib/http/route";

/** Answers at once, so that whoever waits for another cloud can be told for which. */
export const GET = route({ scope: "files", query: z.object({ path: PathText }) }, async ({ user, query }) =>
  Response.json({ from: await findSource(user, query.path) }),
);
