"use client";

import { useEffect } from "react";
import { ApiError } from "@/components/api";
import { isGone } from "@/components/files/gone";
import { hrefOf, parentOf } from "@/components/files/paths";
import { PlaceLink } from "@/components/files/place-link";
import { useReceivedShare } from "@/components/sharing/use-received-share";
import { Button } from "@/components/ui/button";
import { ErrorState } from "@/components/ui/error-state";
import type { FolderView } from "@/lib/files/schema";
import type { ReceivedShareView } from "@/lib/sharing/schema";

type FolderProblemProps = { path: string; error: Error; from: FolderView["from"]; onRetry: () => void };
type Words = { title: string; text: string; back: { path: string; label: string } };

const SILENT = ["PEER_TIMEOUT", "PEER_UNREACHABLE", "PEER_BUSY"];
const TO_FILES = { path: "/", label: "Back to Files" };

/** A folder that cannot be shown: gone, not allowed, or its cloud does not answer. */
export function FolderProblem({ path, error, from, onRetry }: FolderProblemProps) {
  const share = useReceivedShare(from?.receivedShareId);
  const code = error instanceof ApiError ? error.code : "";
  const isFile = code === "NOT_A_FOLDER";
  useEffect(() => {
    // The address names a file: show it in its folder.
    if (isFile) window.history.replaceState(null, "", hrefOf(path, "file"));
  }, [isFile, path]);
  if (isFile) return null;

  // It was somebody's when it was last seen, and they have taken it back.
  const isRevoked = isGone(error) && share !== undefined && (share.state === "revoked" || code !== "NODE_NOT_FOUND");
  const { title, text, back } = isRevoked ? revokedWords(share) : problemWords(path, error, code);
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

function revokedWords({ senderName, name }: ReceivedShareView): Words {
  return {
    title: `${senderName} no longer shares “${name}” with you`,
    text: "Copies that you downloaded stay with you.",
    back: TO_FILES,
  };
}

function problemWords(path: string, error: Error, code: string): Words {
  const isPeer = code.startsWith("PEER_");
  const back = isPeer ? TO_FILES : { path: parentOf(path), label: "Folder above" };
  if (isGone(error)) {
    return {
      title: "This folder is not here",
      text: "It may have been moved, renamed or deleted, or is no longer shared with you.",
      back,
    };
  }
  const title = SILENT.includes(code) ? "The other cloud does not answer" : "This folder could not be opened";
  return { title, text: error.message, back };
}
