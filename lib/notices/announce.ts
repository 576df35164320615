import { db } from "@/lib/core/db";
import { logger } from "@/lib/core/logger";
import { once } from "@/lib/core/once";
import { touchTopic } from "@/lib/notices/live";
import type { LiveTopic } from "@/lib/notices/schema";

const PAUSE = 500;

/**
 * Tells the open pages of a person soon that what these topics speak of has changed: once for many changes, and outside
 * their transactions, because commits that notify wait for each other. To be called after the commit.
 */
export function announce(
  { siteId, userId }: { siteId: string; userId: string },
  topics: LiveTopic[] = ["files", "trash"],
): void {
  const waiting = once("notices.announce", () => new Map<string, Set<LiveTopic>>());
  const key = `${siteId}/${userId}`;
  const known = waiting.get(key);
  if (known) {
    for (const topic of topics) known.add(topic);
    return;
  }
  waiting.set(key, new Set(topics));
  setTimeout(() => {
    const touches = [...(waiting.get(key) ?? [])].map((topic) => touchTopic(db(), siteId, [userId], topic));
    waiting.delete(key);
    Promise.all(touches).catch((error) => logger("notices").warn({ error: error.message }, "change not announced"));
  }, PAUSE).unref();
}
