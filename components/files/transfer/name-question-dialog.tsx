"use client";

import { useQuery } from "@tanstack/react-query";
import { NameTakenDialog } from "@/components/files/name-taken-dialog";
import { nameOf, parentOf } from "@/components/files/paths";
import { entryQuery } from "@/components/files/queries";
import { answerQuestion, type NameQuestion } from "@/components/files/transfer/name-questions";

/** Asks about what was to be moved or copied to a name that is taken. */
export function NameQuestionDialog({ question }: { question: NameQuestion }) {
  const { from, to, batch } = question;
  const { data: mine } = useQuery(entryQuery(from));
  return (
    <NameTakenDialog
      key={to}
      name={nameOf(to)}
      folder={parentOf(to)}
      mine={mine ? { label: "This one", size: mine.size, at: mine.modifiedAt, isFolder: mine.kind === "folder" } : null}
      hasOthers={batch.count > 1}
      onAnswer={(answer, isForAll) => answerQuestion(question, answer, isForAll)}
    />
  );
}
