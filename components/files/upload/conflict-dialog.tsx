"use client";

import { NameTakenDialog } from "@/components/files/name-taken-dialog";
import { answerConflict } from "@/components/files/upload/send-uploads";
import { isOver, type Upload } from "@/components/files/upload/upload";

/** Asks about the first upload whose name is taken. */
export function ConflictDialog({ uploads }: { uploads: readonly Upload[] }) {
  const upload = uploads.find((one) => one.state === "asking");
  if (!upload) return null;

  const { id, file, folder } = upload;
  return (
    <NameTakenDialog
      key={id}
      name={file.name}
      folder={folder}
      mine={{ label: "Yours", size: file.size, at: new Date(file.lastModified).toISOString(), isFolder: false }}
      hasOthers={uploads.some((other) => other !== upload && !isOver(other))}
      onAnswer={(answer, isForAll) => answerConflict(id, answer, isForAll)}
    />
  );
}
