import { db } from "@/lib/core/db";
import { logger } from "@/lib/core/logger";
import { once } from "@/lib/core/once";
import { touchTopic } from "@/lib/notices/live";

const PAUSE = 500;

/**
 * Tells the open pages of a person soon that files or trash have changed: once for many changes, and outside their
 * transactions, because commits that notify wait for each other.
 */
export function announce({ siteId, userId }: { siteId: string; userId: string }): void {
  const waiting = once("notices.announce", () => new Set<string>());
  const key = `${siteId}/${userId}`;
  if (waiting.has(key)) return;
  waiting.add(key);
  setTimeout(() => {
    waiting.delete(key);
    const touches = (["files", "trash"] as const).map((topic) => touchTopic(db(), siteId, [userId], topic));
    Promise.all(touches).catch((error) => logger("notices").warn({ error: error.message }, "change not announced"));
  }, PAUSE).unref();
}
