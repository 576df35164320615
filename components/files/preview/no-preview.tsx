import { Download } from "lucide-react";
import { EntryIcon } from "@/components/files/entry-icon";
import { contentUrl } from "@/components/files/paths";
import { Button } from "@/components/ui/button";
import { formatMoment, formatSize } from "@/components/ui/format";
import type { EntryView } from "@/lib/files/schema";

type NoPreviewProps = { path: string; entry: EntryView; isBroken?: boolean };

/** What is known of a file that cannot be shown, and how to have it. */
export function NoPreview({ path, entry, isBroken = false }: NoPreviewProps) {
  return (
    <div className="m-auto flex max-w-96 flex-col items-center p-8 text-center">
      <EntryIcon entry={entry} className="size-12" />
      <h2 className="mt-4 break-words font-semibold">{entry.name}</h2>
      <p className="mt-1 text-muted tabular-nums">
        {formatSize(entry.size)} · {formatMoment(entry.modifiedAt)}
      </p>
      <p className="mt-4 text-balance text-muted">
        {isBroken ? "It could not be shown here." : "Files of this kind are not shown here."} Download it to open it.
      </p>
      <Button asChild variant="primary" className="mt-4">
        <a href={contentUrl(path, { isDownload: true })} download>
          <Download aria-hidden />
          Download
        </a>
      </Button>
    </div>
  );
}
