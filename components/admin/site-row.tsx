"use client";

import { CirclePause, CirclePlay, MoreHorizontal } from "lucide-react";
import { useState } from "react";
import { useUpdateSite } from "@/components/admin/queries";
import { Badge } from "@/components/ui/badge";
import { CloudSquare } from "@/components/ui/cloud-badge";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { CopyField } from "@/components/ui/copy-field";
import { formatCount } from "@/components/ui/format";
import { IconButton } from "@/components/ui/icon-button";
import { ListRow } from "@/components/ui/list";
import { Menu } from "@/components/ui/menu";
import { toast } from "@/components/ui/toast";
import type { SiteView } from "@/lib/sites/schema";

function standingOf({ isMain, isDisabled, setUpUrl }: SiteView) {
  if (isDisabled) return { label: "Closed", tone: "danger" } as const;
  if (setUpUrl) return { label: "Waits to be set up", tone: "warning" } as const;
  return isMain ? ({ label: "This one", tone: "neutral" } as const) : ({ label: "Open", tone: "success" } as const);
}

export function SiteRow({ site }: { site: SiteView }) {
  const [isClosing, setClosing] = useState(false);
  const update = useUpdateSite();

  const become = (isDisabled: boolean, said: string) =>
    update.mutate(
      { id: site.id, isDisabled },
      {
        onSuccess: () => toast(said),
        onError: toast.failed,
        onSettled: () => setClosing(false),
      },
    );
  const close = () => become(true, `${site.name} is closed.`);
  const open = () => become(false, `${site.name} is open again.`);
  const standing = standingOf(site);
  return (
    <ListRow
      data-testid="site-row"
      menu={
        !site.isMain && (
          <Menu
            trigger={
              <IconButton label={`Change ${site.name}`} size="sm">
                <MoreHorizontal />
              </IconButton>
            }
            actions={[
              site.isDisabled
                ? { label: "Open again", icon: CirclePlay, onSelect: open }
                : { label: "Close…", icon: CirclePause, onSelect: () => setClosing(true), isDanger: true },
            ]}
          />
        )
      }
    >
      <div className="flex min-w-0 items-start gap-3">
        <CloudSquare provider={site.provider} className="mt-0.5 size-9 rounded-md text-base" />
        <div className="min-w-0 flex-1">
          <p className="flex min-w-0 flex-wrap items-center gap-x-2">
            <span className="truncate font-medium">{site.name}</span>
            <Badge tone={standing.tone}>{standing.label}</Badge>
          </p>
          <p className="truncate text-muted text-sm">
            <a href={site.origin} className="hover:underline">
              {site.provider}
            </a>
            {`, ${formatCount(site.people, "person", "people")}`}
          </p>
          {site.setUpUrl && !site.isDisabled && (
            <div className="mt-3 max-w-xl">
              <CopyField label="For its first administrator" text={site.setUpUrl} testId="set-up-link" />
            </div>
          )}
        </div>
      </div>
      <ConfirmDialog
        isOpen={isClosing}
        onClose={() => setClosing(false)}
        onConfirm={close}
        title={`Close ${site.name}?`}
        confirmLabel="Close the site"
        isBusy={update.isPending}
      >
        Nobody gets in, and what its people share with others cannot be opened, until you open it again. Nothing is
        lost.
      </ConfirmDialog>
    </ListRow>
  );
}
