import { route } from "@/lib/http/route";
import { signOwnDirectory } from "@/lib/trust/own-directory";

const limit = { name: "own-directory", max: 60, seconds: 60 };

export const GET = route({ public: true, limit }, async ({ site }) => {
  const headers = { "content-type": "application/jose", "cache-control": "public, max-age=60" };
  return new Response(await signOwnDirectory(site), { headers });
});
