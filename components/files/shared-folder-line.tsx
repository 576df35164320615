import { Avatar } from "@/components/ui/avatar";
import { Badge } from "@/components/ui/badge";
import { CloudBadge } from "@/components/ui/cloud-badge";
import type { SourceView } from "@/lib/drive/schema";

/** Whose folder one is in, on which cloud it lives, and what one may do there. */
export function SharedFolderLine({ from }: { from: SourceView }) {
  return (
    <div className="mx-4 mb-2 flex flex-wrap items-center gap-x-3 gap-y-1 rounded-md bg-sunken px-3 py-2 text-sm md:mx-6">
      <Avatar name={from.senderName} size="xs" />
      <span>
        Shared by <span className="font-medium">{from.senderName}</span>
      </span>
      {from.provider && <CloudBadge provider={from.provider} className="text-muted" />}
      <Badge className="ms-auto">{from.role === "editor" ? "Can edit" : "Can view"}</Badge>
    </div>
  );
}
