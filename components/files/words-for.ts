import { formatCount } from "@/components/ui/format";

/** “notes.txt”, or “3 items” where there are several. */
export function wordsFor(things: readonly { name: string }[]): string {
  const [first] = things;
  return things.length === 1 && first ? `“${first.name}”` : formatCount(things.length, "item", "items");
}
