"use client";

import dynamic from "next/dynamic";
import type { ReadText } from "@/components/files/preview/contents";
import { NoticeLine } from "@/components/ui/notice-line";

const MarkdownPreview = dynamic(() =>
  import("@/components/files/preview/markdown-preview").then((part) => part.MarkdownPreview),
);

export function TextPreview({ read: { text, isWhole }, isMarkdown }: { read: ReadText; isMarkdown: boolean }) {
  if (text.trim() === "") return <p className="m-auto p-8 text-muted">This file is empty.</p>;
  return (
    <section
      aria-label="Contents"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
      className="min-h-0 flex-1 overflow-y-auto focus-visible:-outline-offset-2"
    >
      <div className="mx-auto min-h-full max-w-200 bg-surface px-5 py-8 md:border-x md:px-12">
        {!isWhole && (
          <NoticeLine className="mb-6">
            This is only the beginning: the file is too long to be shown here whole. Download it to read the rest.
          </NoticeLine>
        )}
        {isMarkdown ? (
          <MarkdownPreview text={text} />
        ) : (
          <pre className="whitespace-pre-wrap break-words font-mono text-sm">{text}</pre>
        )}
      </div>
    </section>
  );
}
