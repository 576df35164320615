"use client";

import { useEffect } from "react";
import { ApiError } from "@/components/api";
import { isGone } from "@/components/files/gone";
import { hrefOf } from "@/components/files/paths";
import { PlaceLink } from "@/components/files/place-link";
import { problemWords } from "@/components/files/problem-words";
import { Button } from "@/components/ui/button";
import { ErrorState } from "@/components/ui/error-state";

type FolderProblemProps = { path: string; error: Error; onRetry: () => void };

/** A folder that cannot be shown: gone, ended, not allowed, or its cloud does not answer. */
export function FolderProblem({ path, error, onRetry }: FolderProblemProps) {
  const isFile = error instanceof ApiError && error.code === "NOT_A_FOLDER";
  useEffect(() => {
    // The address names a file: show it in its folder.
    if (isFile) window.history.replaceState(null, "", hrefOf(path, "file"));
  }, [isFile, path]);
  if (isFile) return null;

  const { title, text, back } = problemWords(path, error);
  return (
    <ErrorState error={new Error(text)} title={title} {...(isGone(error) ? {} : { onRetry })}>
      {path !== "/" && (
        <Button asChild>
          <PlaceLink path={back.path}>{back.label}</PlaceLink>
        </Button>
      )}
    </ErrorState>
  );
}
