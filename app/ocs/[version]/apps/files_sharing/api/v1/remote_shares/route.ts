import { listRemoteShares } from "@/app/ocs/remote-shares";
import { ocsRoute } from "@/lib/http/ocs-route";

export const GET = ocsRoute({}, ({ user, site }) => listRemoteShares(user, site, "accepted"));
