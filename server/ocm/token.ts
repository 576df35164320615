import { oauthFace } from "@/lib/http/oauth-face";
import { ocmRoute } from "@/lib/http/ocm-route";
import { TokenRequest } from "@/lib/protocol/ocm/wire";
import { issueAccessToken } from "@/lib/sharing/sent/issue-access-token";

const NO_STORE = { "cache-control": "no-store", pragma: "no-cache" };

export const POST = ocmRoute(
  TokenRequest,
  async ({ site, peer, body, remember }) =>
    Response.json(await issueAccessToken(site, peer, body, remember), { headers: NO_STORE }),
  { face: oauthFace },
);
