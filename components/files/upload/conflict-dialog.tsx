"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { joinPath, nameOf } from "@/components/files/paths";
import { entryQuery } from "@/components/files/queries";
import { answerConflict } from "@/components/files/upload/send-uploads";
import { type ConflictAnswer, isOver, type Upload } from "@/components/files/upload/upload";
import { Button } from "@/components/ui/button";
import { Checkbox } from "@/components/ui/checkbox";
import { Dialog } from "@/components/ui/dialog";
import { formatMoment, formatSize } from "@/components/ui/format";

/** Asks about the first upload whose name is taken; nothing is ever replaced without an answer. */
export function ConflictDialog({ uploads }: { uploads: readonly Upload[] }) {
  const [isForAll, setForAll] = useState(false);
  const upload = uploads.find((one) => one.state === "asking");
  if (!upload) return null;

  const answer = (choice: ConflictAnswer) => answerConflict(upload.id, choice, isForAll);
  const hasOthers = uploads.some((other) => other !== upload && !isOver(other));
  return (
    <Dialog
      isOpen
      size="sm"
      onClose={() => answer("skip")}
      title={`“${upload.file.name}” is there already`}
      description={`Replace the one in ${nameOf(upload.folder) || "Files"}, keep both under different names, or skip this file?`}
      footer={
        <>
          <Button variant="ghost" onClick={() => answer("skip")}>
            Skip
          </Button>
          <Button onClick={() => answer("replace")}>Replace</Button>
          <Button data-autofocus variant="primary" onClick={() => answer("keep-both")}>
            Keep both
          </Button>
        </>
      }
    >
      <BothFiles upload={upload} />
      {hasOthers && <Checkbox label="Do the same for the other files" checked={isForAll} onChange={setForAll} />}
    </Dialog>
  );
}

/** Which is larger and which is newer: what the answer depends on. */
function BothFiles({ upload }: { upload: Upload }) {
  const { file, folder } = upload;
  const { data: there } = useQuery(entryQuery(joinPath(folder, file.name)));
  const facts = [
    { label: "There", size: there?.kind === "file" ? there.size : null, at: there?.modifiedAt ?? null },
    { label: "Yours", size: file.size, at: new Date(file.lastModified).toISOString() },
  ];
  return (
    <dl className="mb-4 grid grid-cols-[auto_1fr_auto] gap-x-4 gap-y-1 rounded-md bg-sunken px-3 py-2 text-sm tabular-nums">
      {facts.map(({ label, size, at }) => (
        <div key={label} className="contents">
          <dt className="text-muted">{label}</dt>
          <dd>{there?.kind === "folder" && label === "There" ? "A folder" : at && formatMoment(at)}</dd>
          <dd className="text-end">{size !== null && formatSize(size)}</dd>
        </div>
      ))}
    </dl>
  );
}
