import Link from "next/link";
import { EntryIcon } from "@/components/files/entry-icon";
import { MiddleTruncated } from "@/components/files/middle-truncated";
import { hrefOf, joinPath, namesOf } from "@/components/files/paths";
import { formatSize } from "@/components/ui/format";
import { ListRow } from "@/components/ui/list";
import { Time } from "@/components/ui/time";
import type { FoundView } from "@/lib/files/schema";

/** One thing that was found: opens where it stands, and says where that is and what is written there. */
export function FoundRow({ found }: { found: FoundView }) {
  const { name, kind, folder, size, sharedBy, snippet } = found;
  const place = ["Files", ...namesOf(folder)].join(" / ");
  return (
    <ListRow data-testid="found-row" data-name={name}>
      <div className="flex items-start gap-3">
        <EntryIcon entry={found} className="size-6" />
        <div className="min-w-0 flex-1">
          <Link
            data-found
            href={hrefOf(joinPath(folder, name), kind)}
            className="block min-h-6 rounded-xs leading-6 hover:underline"
          >
            <MiddleTruncated name={name} className="font-medium" />
          </Link>
          <p className="flex min-w-0 flex-wrap gap-x-2 text-muted text-sm leading-6">
            <Link href={hrefOf(folder)} className="min-h-6 min-w-0 truncate leading-6 hover:text-ink hover:underline">
              <span className="sr-only">In </span>
              {place}
            </Link>
            <Time iso={found.modifiedAt} />
            {kind === "file" && size !== null && <span>{formatSize(size)}</span>}
            {sharedBy && <span className="truncate">Shared by {sharedBy.name}</span>}
          </p>
          {snippet && (
            <p data-testid="snippet" className="wrap-anywhere mt-1 line-clamp-2 text-sm">
              {snippet.map(({ text, isMatch }, index) =>
                // biome-ignore lint/suspicious/noArrayIndexKey: pieces of one text have no other identity
                isMatch ? <Marked key={index} text={text} /> : <span key={index}>{text}</span>,
              )}
            </p>
          )}
        </div>
      </div>
    </ListRow>
  );
}

const Marked = ({ text }: { text: string }) => (
  <mark className="rounded-xs bg-accent-soft font-medium text-accent-text">{text}</mark>
);
