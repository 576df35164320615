"use client";

import Markdown, { type Components } from "react-markdown";
import remarkGfm from "remark-gfm";

/** Images would tell their servers who reads this and when, so their words stand in for them. */
const COMPONENTS: Components = {
  img: ({ alt }) => <span className="text-muted italic">[{alt || "image"}]</span>,
  a: ({ href, children }) => (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow">
      {children}
    </a>
  ),
};

/** Markdown without HTML: react-markdown leaves tags out and refuses addresses that could run something. */
export function MarkdownPreview({ text }: { text: string }) {
  return (
    <article className="prose">
      <Markdown skipHtml remarkPlugins={[remarkGfm]} components={COMPONENTS}>
        {text}
      </Markdown>
    </article>
  );
}
