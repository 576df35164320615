import { route } from "@/lib/http/route";
import { addDirectory, listDirectories } from "@/lib/trust/directories";
import { getOwnDirectory } from "@/lib/trust/own-directory";
import { AddDirectoryInput } from "@/lib/trust/schema";

export const GET = route({ admin: true }, async ({ user }) =>
  Response.json({ items: await listDirectories(user), own: await getOwnDirectory(user) }),
);

export const POST = route({ admin: true, body: AddDirectoryInput }, async ({ user, body }) =>
  Response.json(await addDirectory(user, body), { status: 201 }),
);
