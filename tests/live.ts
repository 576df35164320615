import { setTimeout as sleep } from "node:timers/promises";
import { db } from "@/lib/core/db";
import { subscribeLive, touchTopic } from "@/lib/notices/live";
import type { LiveTopic } from "@/lib/notices/schema";

/** The topics that the open pages of a person hear of from now on; the listening connection is up. */
export async function listenAs({ siteId, userId }: { siteId: string; userId: string }): Promise<LiveTopic[]> {
  const heard: LiveTopic[] = [];
  subscribeLive(siteId, userId, (topic) => heard.push(topic));
  const touch = (topic: LiveTopic) => db().$transaction((tx) => touchTopic(tx, siteId, [userId], topic));
  while (heard.length === 0) await touch("files").then(() => sleep(20));
  // Comes after all that was said so far.
  heard.length = 0;
  await touch("trash");
  while (!heard.includes("trash")) await sleep(5);
  heard.length = 0;
  return heard;
}
