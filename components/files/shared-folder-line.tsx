import { Avatar } from "@/components/ui/avatar";
import { Badge } from "@/components/ui/badge";
import { CloudBadge } from "@/components/ui/cloud-badge";
import type { SourceView } from "@/lib/drive/schema";

/** Whose folder one is in, on which cloud it lives, and what one may do there. */
export function SharedFolderLine({ from }: { from: SourceView }) {
  return (
    <div className="mx-4 mb-2 flex items-start gap-3 rounded-md bg-sunken px-3 py-2 text-sm md:mx-6">
      <Avatar name={from.senderName} size="xs" />
      <p className="flex min-w-0 flex-1 flex-wrap gap-x-3">
        <span className="min-w-0 break-words">
          Shared by <span className="font-medium">{from.senderName}</span>
        </span>
        {from.provider && <CloudBadge provider={from.provider} className="text-muted" />}
      </p>
      <Badge>{from.role === "editor" ? "Can edit" : "Can view"}</Badge>
    </div>
  );
}
