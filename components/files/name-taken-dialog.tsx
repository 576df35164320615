"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { joinPath, nameOf } from "@/components/files/paths";
import { entryQuery } from "@/components/files/queries";
import type { ConflictAnswer } from "@/components/files/upload/upload";
import { Button } from "@/components/ui/button";
import { Checkbox } from "@/components/ui/checkbox";
import { Dialog } from "@/components/ui/dialog";
import { formatMoment, formatSize } from "@/components/ui/format";

type Facts = { label: string; size: number | null; at: string; isFolder: boolean };
type NameTakenDialogProps = {
  name: string;
  folder: string;
  /** What is to come; null: not known yet. */
  mine: Facts | null;
  hasOthers: boolean;
  onAnswer: (answer: ConflictAnswer, isForAll: boolean) => void;
};

/** What to do about a name that is taken; nothing is ever replaced without an answer. */
export function NameTakenDialog({ name, folder, mine, hasOthers, onAnswer }: NameTakenDialogProps) {
  const [isForAll, setForAll] = useState(false);
  const { data: there } = useQuery(entryQuery(joinPath(folder, name)));
  const isFolder = there?.kind === "folder";
  const answer = (choice: ConflictAnswer) => onAnswer(choice, isForAll);
  const facts = [
    { label: "There", size: there?.size ?? null, at: there?.modifiedAt ?? null, isFolder },
    ...(mine ? [mine] : []),
  ];
  return (
    <Dialog
      isOpen
      size="sm"
      onClose={() => answer("skip")}
      title={`“${name}” is there already`}
      description={`Replace the one in ${nameOf(folder) || "Files"}${isFolder ? " with all that it holds" : ""}, keep both under different names, or skip ${mine?.isFolder ? "this folder" : "this file"}?`}
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
      <dl className="mb-4 grid grid-cols-[auto_1fr_auto] gap-x-4 gap-y-1 rounded-md bg-sunken px-3 py-2 text-sm tabular-nums">
        {facts.map(({ label, size, at, isFolder: isOfMany }) => (
          <div key={label} className="contents">
            <dt className="text-muted">{label}</dt>
            <dd>
              {isOfMany && "A folder, "}
              {at && formatMoment(at)}
            </dd>
            <dd className="text-end">{!isOfMany && size !== null && formatSize(size)}</dd>
          </div>
        ))}
      </dl>
      {hasOthers && <Checkbox label="Do the same for the others" checked={isForAll} onChange={setForAll} />}
    </Dialog>
  );
}
