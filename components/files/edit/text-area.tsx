"use client";

import { markdown } from "@codemirror/lang-markdown";
import { syntaxHighlighting } from "@codemirror/language";
import { EditorState } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { classHighlighter } from "@lezer/highlight";
import { minimalSetup } from "codemirror";
import { useEffect, useRef } from "react";
import { LOOK } from "@/components/files/edit/look";

type TextAreaProps = {
  label: string;
  text: string;
  isMarkdown: boolean;
  onReady: (view: EditorView) => void;
  onChange: (view: EditorView) => void;
};

/** Where the text is written. It holds the text itself: what is given is only how it begins. */
export function TextArea({ label, text, isMarkdown, onReady, onChange }: TextAreaProps) {
  const host = useRef<HTMLDivElement>(null);
  const begins = useRef({ label, text, isMarkdown });
  const heard = useRef({ onReady, onChange });
  useEffect(() => {
    heard.current = { onReady, onChange };
  });

  useEffect(() => {
    if (!host.current) return;
    const { label: name, text: doc, isMarkdown: hasMarks } = begins.current;
    const state = EditorState.create({
      doc,
      extensions: [
        minimalSetup,
        EditorView.lineWrapping,
        LOOK,
        syntaxHighlighting(classHighlighter),
        hasMarks ? markdown() : [],
        EditorView.contentAttributes.of({ "aria-label": name, spellcheck: "true" }),
        EditorView.updateListener.of(({ docChanged, view }) => docChanged && heard.current.onChange(view)),
      ],
    });
    const view = new EditorView({ state, parent: host.current });
    heard.current.onReady(view);
    return () => view.destroy();
  }, []);

  return <div ref={host} className="h-full min-h-0" />;
}
