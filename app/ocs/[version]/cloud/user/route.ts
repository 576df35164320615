import { ocsRoute } from "@/lib/http/ocs-route";
import { getAccount } from "@/lib/identity/account";

export const GET = ocsRoute({}, async ({ user }) => {
  const { userName, displayName, mail } = await getAccount(user);
  return { id: userName, enabled: true, "display-name": displayName, displayname: displayName, email: mail };
});
