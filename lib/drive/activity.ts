import type { UserPrincipal } from "@/lib/core/principal";
import { listNodeEvents } from "@/lib/files/node-history";
import { listShareEvents } from "@/lib/sharing/sent/share-events";
import { ActivityView } from "./schema";

const MOST = 100;

/** What happened to something of one's own, the latest first. @throws NODE_NOT_FOUND */
export async function getActivity(user: UserPrincipal, nodeId: string): Promise<ActivityView> {
  const events = [...(await listNodeEvents(user, nodeId)), ...(await listShareEvents(user, nodeId))];
  events.sort((one, other) => other.at.getTime() - one.at.getTime());
  return ActivityView.parse({
    items: events.slice(0, MOST).map((event) => ({ ...event, at: event.at.toISOString() })),
  });
}
