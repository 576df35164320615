"use client";

import { useQuery } from "@tanstack/react-query";
import { Bell as BellIcon } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { noticesQuery, useReadNotices } from "@/components/notices/queries";
import { IconButton } from "@/components/ui/icon-button";

const NoticePanel = lazy(() =>
  import("@/components/notices/notice-panel").then((part) => ({ default: part.NoticePanel })),
);

/** Says that there is news. The panel is loaded when it is first wanted. */
export function Bell() {
  const { data } = useQuery(noticesQuery);
  const read = useReadNotices();
  const [state, setState] = useState<"untouched" | "open" | "closed">("untouched");
  const isTouched = state !== "untouched";
  const unread = data?.unread ?? 0;

  function toggle(opens: boolean) {
    setState(opens ? "open" : "closed");
    // Seen while it was open; the marks stay until it closes, so that one sees what is new.
    if (!opens && unread > 0) read.mutate();
  }

  const button = (
    <IconButton
      label={unread > 0 ? `Notices, ${unread} new` : "Notices"}
      hasTooltip={false}
      data-testid="bell"
      onClick={isTouched ? undefined : () => setState("open")}
    >
      <BellIcon />
      {unread > 0 && (
        <span aria-hidden className="absolute end-2 top-2 size-2 rounded-full bg-accent outline-2 outline-canvas" />
      )}
    </IconButton>
  );
  if (!isTouched) return button;
  return (
    <Suspense fallback={button}>
      <NoticePanel anchor={button} isOpen={state === "open"} onChange={toggle} />
    </Suspense>
  );
}
