"use client";

import type { ComponentProps, MouseEvent } from "react";
import { hrefOf } from "@/components/files/paths";

type PlaceLinkProps = Omit<ComponentProps<"a">, "href"> & { path: string; kind?: "file" | "folder" };

/** A real link to a folder or file, which stays on the page when it can. */
export function PlaceLink({ path, kind = "folder", onClick, ...rest }: PlaceLinkProps) {
  const href = hrefOf(path, kind);

  function follow(event: MouseEvent<HTMLAnchorElement>) {
    onClick?.(event);
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    window.history.pushState(null, "", href);
  }

  return <a data-in-place href={href} onClick={follow} {...rest} />;
}
