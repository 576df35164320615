import { z } from "zod";
import { drive } from "@/lib/drive/drive";
import { getFolder } from "@/lib/drive/folder-view";
import { PathText } from "@/lib/files/schema";
import { findTrashed } from "@/lib/files/trash";
import { route } from "@/lib/http/route";

const ListQuery = z.object({
  path: PathText,
  after: z.string().max(1024).optional(),
  limit: z.coerce.number().int().min(1).max(1000).optional(),
});

export const GET = route({ scope: "files", query: ListQuery }, async ({ user, query: { path, ...page } }) =>
  Response.json(await getFolder(user, path, page)),
);

export const DELETE = route(
  { scope: "files", query: z.object({ path: PathText }) },
  async ({ user, query: { path } }) => {
    const tree = drive(user);
    const { id } = await tree.stat(path);
    await tree.remove(path);
    return Response.json({ trashed: await findTrashed(user, id) });
  },
);
