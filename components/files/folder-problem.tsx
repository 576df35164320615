"use client";

import { useEffect } from "react";
import { ApiError } from "@/components/api";
import { hrefOf, parentOf } from "@/components/files/paths";
import { PlaceLink } from "@/components/files/place-link";
import { Button } from "@/components/ui/button";
import { ErrorState } from "@/components/ui/error-state";

type FolderProblemProps = { path: string; error: Error; onRetry: () => void };

/** A folder that cannot be shown: gone, not allowed, or its cloud does not answer. */
export function FolderProblem({ path, error, onRetry }: FolderProblemProps) {
  const code = error instanceof ApiError ? error.code : "";
  const isFile = code === "NOT_A_FOLDER";
  useEffect(() => {
    // The address names a file: show it in its folder.
    if (isFile) window.history.replaceState(null, "", hrefOf(path, "file"));
  }, [isFile, path]);
  if (isFile) return null;

  const isGone = code === "NODE_NOT_FOUND";
  const isPeer = code.startsWith("PEER_");
  const isSilent = ["PEER_TIMEOUT", "PEER_UNREACHABLE", "PEER_BUSY"].includes(code);
  return (
    <ErrorState
      error={isGone ? new Error("It may have been moved, renamed or deleted, or is no longer shared with you.") : error}
      title={
        isGone
          ? "This folder is not here"
          : isSilent
            ? "The other cloud does not answer"
            : "This folder could not be opened"
      }
      {...(isGone ? {} : { onRetry })}
    >
      {path !== "/" && (
        <Button asChild>
          <PlaceLink path={isPeer ? "/" : parentOf(path)}>{isPeer ? "Back to Files" : "Folder above"}</PlaceLink>
        </Button>
      )}
    </ErrorState>
  );
}
