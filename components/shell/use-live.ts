"use client";

import { type InvalidateQueryFilters, type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { z } from "zod";
import { OWN_FOLDERS } from "@/components/files/own-folders";
import { streamBroke, streamOpened } from "@/components/shell/connection";
import { LiveTopic } from "@/lib/notices/schema";

/** Which queries a topic makes stale. */
const STALE: Record<LiveTopic, InvalidateQueryFilters[]> = {
  notices: [{ queryKey: ["notices"] }],
  files: [{ queryKey: ["files"] }, { queryKey: ["usage"] }],
  trash: [{ queryKey: ["trash"] }, { queryKey: ["usage"] }],
  "shares-sent": [{ queryKey: ["shares", "sent"] }, OWN_FOLDERS],
  "shares-received": [{ queryKey: ["shares", "received"] }, OWN_FOLDERS],
  invites: [{ queryKey: ["invites"] }],
  contacts: [{ queryKey: ["contacts"] }, { queryKey: ["suggestions"] }],
  account: [{ queryKey: ["account"] }, { queryKey: ["sessions"] }],
};
const LiveMessage = z.object({ topic: LiveTopic });
const LONGEST_WAIT = 30_000;

/** Keeps what is on the screen true: one stream of topics from the server, opened again when it breaks. */
export function useLive(): void {
  const client = useQueryClient();
  useEffect(() => listen(client), [client]);
}

function listen(client: QueryClient): () => void {
  let source: EventSource;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let wait = 1000;
  /** What may have changed unheard: before the first opening, that of which the topics tell. */
  let missed: InvalidateQueryFilters[] = Object.values(STALE).flat();

  function connect() {
    source = new EventSource("/content/events");
    source.onopen = () => {
      wait = 1000;
      streamOpened();
      for (const stale of missed) void client.invalidateQueries(stale);
      missed = [];
    };
    source.onmessage = (event) => {
      const message = LiveMessage.safeParse(parse(event.data));
      if (message.success) for (const stale of STALE[message.data.topic]) void client.invalidateQueries(stale);
    };
    source.onerror = () => {
      missed = [{}]; // the server was away, and anything may have failed
      streamBroke();
      if (source.readyState !== EventSource.CLOSED) return;
      // Refused, perhaps because the session has ended: asking for the account finds out.
      void client.invalidateQueries({ queryKey: ["account"] });
      timer = setTimeout(connect, wait);
      wait = Math.min(wait * 2, LONGEST_WAIT);
    };
  }

  connect();
  return () => {
    clearTimeout(timer);
    source.close();
  };
}

function parse(text: unknown): unknown {
  try {
    return JSON.parse(String(text));
  } catch {
    return null;
  }
}
