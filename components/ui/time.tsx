"use client";

import { useSyncExternalStore } from "react";
import { formatMoment, formatRelative } from "@/components/ui/format";

const MINUTE = 60_000;
const subscribe = (listener: () => void) => {
  const timer = setInterval(listener, MINUTE);
  return () => clearInterval(timer);
};
const currentMinute = () => Math.floor(Date.now() / MINUTE);

/** A moment as people say it, kept true as time goes on; the exact one on pointing, or at once. */
export function Time({ iso, isExact = false, className }: { iso: string; isExact?: boolean; className?: string }) {
  // The server does not know the reader's language and zone, so the words are put in by the browser.
  const minute = useSyncExternalStore(subscribe, currentMinute, () => null);
  return (
    <time dateTime={iso} title={minute === null ? undefined : formatMoment(iso)} className={className}>
      {minute === null ? " " : isExact ? formatMoment(iso) : formatRelative(iso, Date.now())}
    </time>
  );
}
