"use client";

import Link from "next/link";
import { type FormEvent, useState } from "react";
import { fieldError, formError } from "@/components/api";
import { DeviceQuestion } from "@/components/device/device-question";
import { useLookUpDevice } from "@/components/device/queries";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { NoticeLine } from "@/components/ui/notice-line";
import { PageHeader } from "@/components/ui/page-header";

/** A program without a browser shows a code; here its person types it, sees what asks, and says yes or no. */
export function DeviceScreen() {
  const lookUp = useLookUpDevice();
  const [isAllowed, setAllowed] = useState<boolean | null>(null);

  if (isAllowed !== null) return <Answered isAllowed={isAllowed} />;
  return (
    <>
      <PageHeader
        title="Let a program in"
        description="A program on another machine, such as the command line, shows a code and waits for your answer here."
      />
      {lookUp.data ? (
        <DeviceQuestion login={lookUp.data} userCode={lookUp.variables} onAnswered={setAllowed} onBack={lookUp.reset} />
      ) : (
        <CodeForm onSubmit={lookUp.mutate} error={lookUp.error} isBusy={lookUp.isPending} />
      )}
    </>
  );
}

type CodeFormProps = { onSubmit: (userCode: string) => void; error: Error | null; isBusy: boolean };

function CodeForm({ onSubmit, error, isBusy }: CodeFormProps) {
  const failure = formError(error);

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    onSubmit(String(new FormData(event.currentTarget).get("userCode")));
  }

  return (
    <form onSubmit={submit} className="flex max-w-88 flex-col gap-4">
      {failure && <NoticeLine tone="danger">{failure}</NoticeLine>}
      <Field label="Code that the program shows" error={fieldError(error, "userCode")}>
        <Input
          name="userCode"
          placeholder="ABCD-2345"
          className="h-11 font-mono text-lg uppercase tracking-widest placeholder:text-faint"
          autoComplete="off"
          autoCapitalize="characters"
          spellCheck={false}
          maxLength={20}
          autoFocus
          required
        />
      </Field>
      <Button type="submit" variant="primary" isBusy={isBusy} className="self-start">
        Go on
      </Button>
    </form>
  );
}

function Answered({ isAllowed }: { isAllowed: boolean }) {
  return (
    <div role="status">
      <PageHeader
        title={isAllowed ? "The program is let in" : "The program is not let in"}
        description={
          isAllowed
            ? "It goes on by itself; you can close this page. Under App passwords in Settings you can shut it out again."
            : "It is told so. Nothing of yours was opened."
        }
      />
      <Button asChild>
        <Link href={isAllowed ? "/settings" : "/files"}>{isAllowed ? "To Settings" : "To my files"}</Link>
      </Button>
    </div>
  );
}
