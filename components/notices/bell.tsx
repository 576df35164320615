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

  // What is opened is read; its marks stay until it closes, so that one sees what is new.
  const [fresh, setFresh] = useState<ReadonlySet<string>>(new Set());

  function toggle(opens: boolean) {
    if (opens) setFresh(new Set(data?.items.filter((notice) => !notice.readAt).map((notice) => notice.id)));
    setState(opens ? "open" : "closed");
    if (unread > 0) read.mutate();
  }

  const button = (
    <IconButton
      label={unread > 0 ? `Notices, ${unread} new` : "Notices"}
      hasTooltip={false}
      data-testid="bell"
      onClick={isTouched ? undefined : () => toggle(true)}
    >
      <BellIcon />
      {unread > 0 && (
        <span
          aria-hidden
          className="absolute end-0.5 top-0.5 min-w-4 rounded-full bg-accent px-1 text-center font-semibold text-[0.625rem] text-on-accent tabular-nums leading-4 outline-2 outline-canvas"
        >
          {unread > 9 ? "9+" : unread}
        </span>
      )}
    </IconButton>
  );
  if (!isTouched) return button;
  return (
    <Suspense fallback={button}>
      <NoticePanel anchor={button} fresh={fresh} isOpen={state === "open"} onChange={toggle} />
    </Suspense>
  );
}
