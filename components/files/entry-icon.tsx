import {
  File,
  FileArchive,
  FileAudio,
  FileImage,
  FileSpreadsheet,
  FileText,
  FileVideo,
  FolderClosed,
  type LucideIcon,
} from "lucide-react";
import { cn } from "@/components/ui/cn";

const BY_TYPE: readonly [RegExp, LucideIcon][] = [
  [/^image\//, FileImage],
  [/^audio\//, FileAudio],
  [/^video\//, FileVideo],
  [/zip|gzip|x-tar|compressed/, FileArchive],
  [/csv|spreadsheet|excel/, FileSpreadsheet],
  [/^text\/|pdf|document|msword/, FileText],
];

type EntryIconProps = { entry: { kind: "file" | "folder"; mediaType?: string | null }; className?: string };

export function EntryIcon({ entry, className = "size-5" }: EntryIconProps) {
  if (entry.kind === "folder") {
    return (
      <FolderClosed aria-hidden className={cn("shrink-0 fill-accent-soft text-accent", className)} strokeWidth={1.5} />
    );
  }
  const type = entry.mediaType ?? "";
  const Icon = BY_TYPE.find(([pattern]) => pattern.test(type))?.[1] ?? File;
  return <Icon aria-hidden className={cn("shrink-0 text-faint", className)} strokeWidth={1.5} />;
}
