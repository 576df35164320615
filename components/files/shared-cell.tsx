import { CloudOff, Users } from "lucide-react";
import { Avatar } from "@/components/ui/avatar";
import { CloudBadge } from "@/components/ui/cloud-badge";
import { formatCount } from "@/components/ui/format";
import type { DriveEntryView, SourceView } from "@/lib/drive/schema";

/** From whom something comes, or with whom it is shared. */
export function SharedCell({ entry: { source, sharedWith } }: { entry: DriveEntryView }) {
  if (source) return <Giver source={source} />;
  if (!sharedWith) return null;
  const { count, names } = sharedWith;
  const more = count - names.length;
  const people = [...names, ...(more > 0 ? [formatCount(more, "more", "more")] : [])].join(", ");
  return (
    <span className="flex min-w-0 items-center gap-1.5 text-muted text-sm" title={`Shared with ${people}`}>
      <Users aria-hidden className="size-4 shrink-0 text-faint" />
      <span className="sr-only">Shared with </span>
      <span className="truncate">{people}</span>
    </span>
  );
}

function Giver({ source: { senderName, provider, problem } }: { source: SourceView }) {
  return (
    <span className="flex min-w-0 items-center gap-2 text-muted text-sm">
      <Avatar name={senderName} size="xs" />
      <span className="sr-only">From {senderName}, </span>
      {provider ? <CloudBadge provider={provider} /> : <span className="truncate">{senderName}</span>}
      {problem && (
        <span title={problem} className="text-warning-text">
          <CloudOff aria-hidden className="size-4" />
          <span className="sr-only">{problem}</span>
        </span>
      )}
    </span>
  );
}
