"use client";

import { useState } from "react";
import { nameOf } from "@/components/files/paths";
import type { Conflict, Upload } from "@/components/files/upload/upload";
import { answerConflict } from "@/components/files/upload/upload-store";
import { Button } from "@/components/ui/button";
import { Checkbox } from "@/components/ui/checkbox";
import { Dialog } from "@/components/ui/dialog";

/** Asks about the first upload whose name is taken; nothing is ever replaced without an answer. */
export function ConflictDialog({ uploads }: { uploads: readonly Upload[] }) {
  const [isForAll, setForAll] = useState(false);
  const asking = uploads.filter((upload) => upload.state === "asking");
  const [upload] = asking;
  if (!upload) return null;

  const answer = (choice: Conflict | "skip") => answerConflict(upload.id, choice, isForAll);
  const hasOthers = uploads.some((other) => other !== upload && !["done", "failed", "cancelled"].includes(other.state));
  return (
    <Dialog
      isOpen
      size="sm"
      onClose={() => answer("skip")}
      title={`“${upload.file.name}” is there already`}
      description={`${nameOf(upload.folder) || "Files"} has something of this name. Replace it, keep both under different names, or skip this file?`}
      footer={
        <>
          <Button variant="ghost" onClick={() => answer("skip")}>
            Skip
          </Button>
          <Button onClick={() => answer("replace")}>Replace</Button>
          <Button variant="primary" onClick={() => answer("keep-both")}>
            Keep both
          </Button>
        </>
      }
    >
      {hasOthers && <Checkbox label="Do the same for the other files" checked={isForAll} onChange={setForAll} />}
    </Dialog>
  );
}
