"use client";

import { ChevronLeft, ChevronRight, Ellipsis } from "lucide-react";
import { Fragment } from "react";
import { Crumb } from "@/components/files/crumb";
import { namesOf, pathOf } from "@/components/files/paths";
import { usePlace } from "@/components/files/use-place";
import { IconButton } from "@/components/ui/icon-button";
import { Menu } from "@/components/ui/menu";

const MOST_SHOWN = 3;

/** Where one is; long ways are shortened in the middle, phones get a way back instead. */
export function Breadcrumb() {
  const { path, goTo } = usePlace();
  const names = namesOf(path);
  const crumbs = names.map((name, index) => ({ name, path: pathOf(names.slice(0, index + 1)) }));
  const hidden = crumbs.slice(0, -MOST_SHOWN);
  const parent = pathOf(names.slice(0, -1));
  return (
    <nav aria-label="Folders" className="flex min-w-0 flex-1 items-center gap-0.5">
      {names.length > 0 && (
        <IconButton label="Folder above" className="-ms-2 md:hidden" hasTooltip={false} onClick={() => goTo(parent)}>
          <ChevronLeft className="rtl:-scale-x-100" />
        </IconButton>
      )}
      <ol className="-ms-1 flex min-w-0 items-center gap-0.5">
        <Crumb name="Files" path="/" isCurrent={names.length === 0} />
        {hidden.length > 0 && (
          <li className="flex items-center gap-0.5 max-md:hidden">
            <Separator />
            <Menu
              align="start"
              actions={hidden.map((crumb) => ({ label: crumb.name, onSelect: () => goTo(crumb.path) }))}
              trigger={
                <IconButton label="Folders between" size="sm">
                  <Ellipsis />
                </IconButton>
              }
            />
          </li>
        )}
        {crumbs.slice(-MOST_SHOWN).map((crumb) => (
          <Fragment key={crumb.path}>
            <li aria-hidden className="flex max-md:hidden">
              <Separator />
            </li>
            <Crumb name={crumb.name} path={crumb.path} isCurrent={crumb.path === path} />
          </Fragment>
        ))}
      </ol>
    </nav>
  );
}

function Separator() {
  return <ChevronRight aria-hidden className="size-4 shrink-0 text-faint rtl:-scale-x-100" />;
}
