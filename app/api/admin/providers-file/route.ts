import { route } from "@/lib/http/route";
import { exportProviders, importProviders, planImport } from "@/lib/trust/providers-file";
import { ImportInput } from "@/lib/trust/schema";

export const GET = route({ admin: true }, async ({ user }) => {
  const headers = {
    "content-type": "application/json",
    "content-disposition": 'attachment; filename="ocmproviders.json"',
  };
  return new Response(await exportProviders(user), { headers });
});

export const POST = route({ admin: true, body: ImportInput }, async ({ user, body: { file, isConfirmed } }) =>
  Response.json(await (isConfirmed ? importProviders(user, file) : planImport(user, file))),
);
