"use client";

import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { refusal } from "@/components/api";
import { ErrorState } from "@/components/ui/error-state";
import { Spinner } from "@/components/ui/spinner";

const MarkdownPreview = dynamic(() =>
  import("@/components/files/preview/markdown-preview").then((part) => part.MarkdownPreview),
);

export function TextPreview({ url, isMarkdown }: { url: string; isMarkdown: boolean }) {
  const { data, error, refetch } = useQuery({
    queryKey: ["content", url],
    queryFn: ({ signal }) => fetchText(url, signal),
  });
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Spinner className="m-auto text-faint" />;
  return (
    <section
      aria-label="Contents"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
      className="min-h-0 flex-1 overflow-y-auto focus-visible:-outline-offset-2"
    >
      <div className="mx-auto min-h-full max-w-200 bg-surface px-5 py-8 md:border-x md:px-12">
        {isMarkdown ? (
          <MarkdownPreview text={data} />
        ) : (
          <pre className="whitespace-pre-wrap break-words font-mono text-sm">{data}</pre>
        )}
      </div>
    </section>
  );
}

async function fetchText(url: string, signal: AbortSignal): Promise<string> {
  const response = await fetch(url, { signal });
  if (!response.ok) throw await refusal(response);
  return response.text();
}
