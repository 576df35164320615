"use client";

import { useRouter } from "next/navigation";
import { useEffect, useRef } from "react";
import { type Draft, dropDraft, keepDraft } from "@/components/files/edit/drafts";
import { editHrefOf, nameOf } from "@/components/files/paths";
import { toast } from "@/components/ui/toast";

/** `draft`: what is unsaved at this moment, null if nothing is. It outlives the editor, which may be left by going back. */
export function useKeepDraft(path: string, isDirty: boolean, draft: () => Draft | null): void {
  const router = useRouter();
  const latest = useRef(draft);
  useEffect(() => {
    latest.current = draft;
  });

  useEffect(() => {
    dropDraft(path);
    return () => {
      const left = latest.current();
      if (!left) return;
      keepDraft(path, left);
      const goOn = () => router.push(editHrefOf(path)); // one may be on any page by then
      toast.error(`What you wrote in “${nameOf(path)}” is not saved yet.`, {
        action: { label: "Go on writing", onClick: goOn },
        duration: 60_000,
      });
    };
  }, [path, router]);

  useEffect(() => {
    if (!isDirty) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", warn);
    return () => window.removeEventListener("beforeunload", warn);
  }, [isDirty]);
}
