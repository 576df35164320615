"use client";

import dynamic from "next/dynamic";
import { useSyncExternalStore } from "react";
import { currentQuestion, subscribeQuestions } from "@/components/files/transfer/name-questions";

const NameQuestionDialog = dynamic(() =>
  import("@/components/files/transfer/name-question-dialog").then((part) => part.NameQuestionDialog),
);

/** What is asked about names that are taken, on whatever page one is by then. */
export function NameQuestions() {
  const question = useSyncExternalStore(subscribeQuestions, currentQuestion, () => null);
  return question && <NameQuestionDialog question={question} />;
}
