import { CloudUpload, HardDrive, HardDriveDownload, type LucideIcon, TriangleAlert } from "lucide-react";
import { cn } from "@/components/ui/cn";
import type { OfflineView } from "@/lib/drive/schema";

type Look = { icon: LucideIcon; words: string; className: string };

const LOOKS: Record<OfflineView["state"], Look> = {
  here: { icon: HardDrive, words: "A copy is kept here", className: "text-muted" },
  coming: { icon: HardDriveDownload, words: "A copy is on its way here", className: "text-faint" },
  waiting: { icon: CloudUpload, words: "Changed here, and waits to be sent", className: "text-warning-text" },
  stuck: { icon: TriangleAlert, words: "No whole copy is here yet: see its details", className: "text-warning-text" },
};

/** That a copy of something on another cloud is kept here, or is to be. */
export function OfflineMark({ offline }: { offline: OfflineView }) {
  const { icon: Icon, words, className } = LOOKS[offline.state];
  return (
    <span title={words} className={cn("shrink-0", className)} data-testid={`offline-${offline.state}`}>
      <Icon aria-hidden className="size-3.5" />
      <span className="sr-only">{words}</span>
    </span>
  );
}
