import { Download } from "lucide-react";
import { downloadFile } from "@/components/files/download-file";
import { EntryIcon } from "@/components/files/entry-icon";
import { Button } from "@/components/ui/button";
import { formatMoment, formatSize } from "@/components/ui/format";
import { toast } from "@/components/ui/toast";
import type { EntryView } from "@/lib/files/schema";

type NoPreviewProps = { path: string; entry: EntryView; isBroken?: boolean };

/** What is known of a file that cannot be shown, and how to have it. */
export function NoPreview({ path, entry, isBroken = false }: NoPreviewProps) {
  const download = () => void downloadFile(path).catch(toast.failed);
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
      <Button variant="primary" className="mt-4" onClick={download}>
        <Download aria-hidden />
        Download
      </Button>
    </div>
  );
}
