import { cn } from "@/components/ui/cn";

type WordListProps = { words: string[]; label: string; testId: string };

/** Words that are read aloud, in their order. */
export function WordList({ words, label, testId }: WordListProps) {
  // A word may come twice.
  const placed = words.map((word, index) => ({ word, place: index + 1 }));
  return (
    <ol aria-label={label} data-testid={testId} className="grid grid-cols-2 gap-2 sm:grid-cols-3">
      {placed.map(({ word, place }) => (
        <li key={place} className="flex gap-2 rounded-md border bg-sunken px-3 py-1.5 font-medium">
          <span aria-hidden className={cn("text-end text-faint tabular-nums", words.length > 9 && "min-w-[2ch]")}>
            {place}
          </span>
          <span data-testid="word">{word}</span>
        </li>
      ))}
    </ol>
  );
}
