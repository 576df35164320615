import type { ActivityItem } from "@/lib/drive/schema";

/** What happened, in a sentence. */
export function activityWords(item: ActivityItem): string {
  switch (item.kind) {
    case "added":
      return `${item.who ?? "You"} added it`;
    case "written":
      return `${item.who ?? "You"} changed what it holds`;
    case "written-inside":
      return `${item.who ?? "You"} changed “${item.name}”`;
    case "renamed":
      return `Renamed: it was “${item.from}”`;
    case "moved":
      return item.from === null ? "Moved here from a folder that is gone" : `Moved here from “${item.from}”`;
    case "restored":
      return "Taken to the trash, and restored since";
    case "shared":
      return `Shared with ${item.who}`;
    case "accepted":
      return `${item.who} accepted it`;
    case "declined":
      return `${item.who} declined it`;
    case "left":
      return `${item.who} left it`;
    case "unshared":
      return `No longer shared with ${item.who}`;
  }
}
