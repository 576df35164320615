import { setTimeout as sleep } from "node:timers/promises";
import { db } from "@/lib/core/db";
import { subscribeLive, touchTopic } from "@/lib/notices/live";
import type { LiveTopic } from "@/lib/notices/schema";

/** The topics that the open pages of a person hear of from now on; the listening connection is up. */
export async function listenAs({ siteId, userId }: { siteId: string; userId: string }): Promise<LiveTopic[]> {
  const heard: LiveTopic[] = [];
  subscribeLive(siteId, userId, (topic) => heard.push(topic));
  while (heard.length === 0) {
    await db().$transaction((tx) => touchTopic(tx, siteId, [userId], "files"));
    await sleep(20);
  }
  heard.length = 0;
  return heard;
}
