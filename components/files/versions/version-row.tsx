"use client";

import { Diff, Download, EllipsisVertical, Tag, Trash2, Undo2 } from "lucide-react";
import { previewKind } from "@/components/files/preview/preview-kind";
import { useRestoreVersion, versionUrl } from "@/components/files/versions/queries";
import type { VersionAsked } from "@/components/files/versions/version-list";
import { formatMoment, formatSize } from "@/components/ui/format";
import { IconButton } from "@/components/ui/icon-button";
import { ListRow } from "@/components/ui/list";
import { Menu } from "@/components/ui/menu";
import type { MenuAction } from "@/components/ui/menu-action";
import { Time } from "@/components/ui/time";
import { toast } from "@/components/ui/toast";
import type { EntryView, VersionView } from "@/lib/files/schema";

/** More than that nobody compares by reading. */
const LONGEST = 1_000_000;

type VersionRowProps = { version: VersionView; entry: EntryView; onAsk: (asked: VersionAsked) => void };

export function VersionRow({ version, entry, onAsk }: VersionRowProps) {
  const restore = useRestoreVersion();
  const isText = ["text", "markdown"].includes(previewKind(entry));
  const canCompare = isText && Math.max(version.size, entry.size ?? 0) <= LONGEST;
  const when = formatMoment(version.writtenAt);

  const actions: (MenuAction | false)[] = [
    canCompare && { label: "Compare…", icon: Diff, onSelect: () => onAsk({ kind: "compare", version }) },
    {
      label: "Download",
      icon: Download,
      onSelect: () => window.location.assign(versionUrl(version.id, { isDownload: true })),
    },
    {
      label: "Restore",
      icon: Undo2,
      onSelect: () =>
        restore.mutate(version.id, {
          onSuccess: () => toast(`“${entry.name}” holds again what it held on ${when}.`),
          onError: (problem) => toast.error(problem.message),
        }),
    },
    {
      label: version.name ? "Change its name…" : "Give it a name…",
      icon: Tag,
      onSelect: () => onAsk({ kind: "name", version }),
    },
    null,
    { label: "Delete…", icon: Trash2, isDanger: true, onSelect: () => onAsk({ kind: "delete", version }) },
  ];
  return (
    <ListRow
      data-testid="version-row"
      menu={
        <Menu
          actions={actions.filter((action) => action !== false)}
          trigger={
            <IconButton label={`Actions for the version of ${when}`} size="sm" hasTooltip={false}>
              <EllipsisVertical />
            </IconButton>
          }
        />
      }
    >
      <p className="break-words font-medium">{version.name ?? <Time iso={version.writtenAt} isExact />}</p>
      <p className="text-muted text-sm">
        {version.name && (
          <>
            <Time iso={version.writtenAt} isExact />
            {" · "}
          </>
        )}
        {version.writtenBy ?? "you"} · {formatSize(version.size)}
      </p>
    </ListRow>
  );
}
