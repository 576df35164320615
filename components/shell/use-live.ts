"use client";

import { type QueryClient, type QueryKey, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { z } from "zod";
import { streamBroke, streamOpened } from "@/components/shell/connection";
import { LiveTopic } from "@/lib/notices/schema";

/** Which queries a topic makes stale, by the beginning of their keys. */
const STALE: Record<LiveTopic, QueryKey[]> = {
  notices: [["notices"]],
  files: [["files"], ["usage"]],
  trash: [["trash"], ["usage"]],
  "shares-sent": [["shares", "sent"]],
  "shares-received": [["shares", "received"]],
  invites: [["invites"]],
  contacts: [["contacts"], ["suggestions"]],
  account: [["account"], ["sessions"]],
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
  let hasMissed = false;

  function connect() {
    source = new EventSource("/content/events");
    source.onopen = () => {
      wait = 1000;
      streamOpened();
      // Whatever changed while nobody listened was not heard.
      if (hasMissed) void client.invalidateQueries();
      hasMissed = false;
    };
    source.onmessage = (event) => {
      const message = LiveMessage.safeParse(parse(event.data));
      if (message.success)
        for (const queryKey of STALE[message.data.topic]) void client.invalidateQueries({ queryKey });
    };
    source.onerror = () => {
      hasMissed = true;
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
