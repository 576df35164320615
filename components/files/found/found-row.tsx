"use client";

import { Star } from "lucide-react";
import Link from "next/link";
import { failureOf } from "@/components/files/do-each";
import { EntryIcon } from "@/components/files/entry-icon";
import { useSetFavourite } from "@/components/files/found/queries";
import { MiddleTruncated } from "@/components/files/middle-truncated";
import { hrefOf, joinPath, nameOf } from "@/components/files/paths";
import { SharedCell } from "@/components/files/shared-cell";
import { DetailsLine } from "@/components/ui/details-line";
import { formatSize } from "@/components/ui/format";
import { IconButton } from "@/components/ui/icon-button";
import { ListRow } from "@/components/ui/list";
import { Time } from "@/components/ui/time";
import { toast } from "@/components/ui/toast";
import type { FoundView } from "@/lib/drive/schema";

export function FoundRow({ item }: { item: FoundView }) {
  const { mutate: setFavourite } = useSetFavourite();
  const isFavourite = item.isFavourite ?? false;
  const size = item.kind === "file" ? formatSize(item.size) : "";

  function toggle() {
    const onSuccess = (outcome: Parameters<typeof failureOf>[0]) => {
      const failure = failureOf(outcome, "changed");
      if (failure) toast.error(failure);
    };
    setFavourite({ ids: [item.id], isFavourite: !isFavourite }, { onSuccess });
  }

  return (
    <ListRow
      data-testid="found-row"
      end={<SharedCell entry={item} />}
      menu={
        <IconButton
          label={`Favourite: ${item.name}`}
          size="sm"
          hasTooltip={false}
          aria-pressed={isFavourite}
          onClick={toggle}
        >
          <Star className={isFavourite ? "fill-current" : ""} />
        </IconButton>
      }
    >
      <div className="flex items-center gap-3">
        <EntryIcon entry={item} className="size-6" />
        <div className="min-w-0">
          <Link
            href={hrefOf(joinPath(item.folder, item.name), item.kind)}
            className="block min-h-6 w-fit max-w-full font-medium leading-6 hover:underline"
          >
            <MiddleTruncated name={item.name} />
          </Link>
          <DetailsLine>
            <span>
              In{" "}
              <Link href={hrefOf(item.folder)} className="hover:underline">
                {nameOf(item.folder) || "Files"}
              </Link>
              , <Time iso={item.modifiedAt} />
            </span>
            {size && <span>· {size}</span>}
          </DetailsLine>
        </div>
      </div>
    </ListRow>
  );
}
