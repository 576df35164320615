import { EditorView } from "@codemirror/view";

/** How a text looks while it is written: in the colours of the page, which follow its theme by themselves. */
export const LOOK = EditorView.theme({
  "&": { height: "100%", color: "var(--ink)", backgroundColor: "var(--surface)", fontSize: "0.875rem" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": {
    fontFamily: "ui-monospace, SFMono-Regular, Menlo, Consolas, monospace",
    lineHeight: "1.65",
    overflow: "auto",
  },
  ".cm-content": { padding: "1.5rem 1.25rem", maxWidth: "50rem", marginInline: "auto", caretColor: "var(--ink)" },
  ".cm-cursor": { borderLeftColor: "var(--ink)", borderLeftWidth: "2px" },
  ".cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground": {
    background: "var(--pressed)",
  },
  ".cm-specialChar": { color: "var(--danger-text)" },
  ".tok-heading": { fontWeight: "600" },
  ".tok-strong": { fontWeight: "600" },
  ".tok-emphasis": { fontStyle: "italic" },
  ".tok-link, .tok-url": { color: "var(--accent-text)" },
  ".tok-meta, .tok-comment, .tok-punctuation": { color: "var(--muted)" },
  ".tok-keyword, .tok-typeName, .tok-atom": { color: "var(--accent-text)" },
  ".tok-string, .tok-literal, .tok-number": { color: "var(--success-text)" },
});
