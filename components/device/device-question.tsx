"use client";

import type { ReactNode } from "react";
import { formError } from "@/components/api";
import { useAnswerDevice } from "@/components/device/queries";
import { PasswordProof, passwordOf } from "@/components/second-factor/password-proof";
import { Button } from "@/components/ui/button";
import { NoticeLine } from "@/components/ui/notice-line";
import { Time } from "@/components/ui/time";
import type { DeviceLoginView } from "@/lib/identity/schema";

type DeviceQuestionProps = {
  login: DeviceLoginView;
  userCode: string;
  onAnswered: (isAllowed: boolean) => void;
  onBack: () => void;
};

const SCOPE_WORDS = {
  files: "See, change and delete your files",
  shares: "Share your files, answer offers, invite people and see your contacts",
} as const;

/** What asks, from where and for what, with the answer. */
export function DeviceQuestion({ login, userCode, onAnswered, onBack }: DeviceQuestionProps) {
  const answer = useAnswerDevice();
  const failure = formError(answer.error);
  const { program, host, address, isNear, scopes, createdAt } = login;
  const say = (isAllowed: boolean, password = {}) =>
    answer.mutate({ userCode, isAllowed, ...password }, { onSuccess: () => onAnswered(isAllowed) });

  return (
    <form
      className="flex max-w-120 flex-col gap-5"
      data-testid="device-question"
      onSubmit={(event) => {
        event.preventDefault();
        say(true, passwordOf(new FormData(event.currentTarget)));
      }}
    >
      {failure && (
        <NoticeLine
          tone="danger"
          action={
            <Button size="sm" variant="ghost" onClick={onBack}>
              Another code
            </Button>
          }
        >
          {failure}
        </NoticeLine>
      )}
      <dl className="flex flex-col divide-y rounded-lg border">
        <Fact name="Program">{program}</Fact>
        <Fact name="On the machine">{host || "It does not say."}</Fact>
        <Fact name="From">
          <span className="font-mono text-sm">{address}</span>
          {isNear ? ", the network that you are in" : ", another network than the one that you are in"}
        </Fact>
        <Fact name="Since">
          <Time iso={createdAt} />
        </Fact>
        <Fact name="It could">
          <ul>
            {scopes.map((scope) => (
              <li key={scope}>{SCOPE_WORDS[scope]}</li>
            ))}
          </ul>
        </Fact>
      </dl>
      <NoticeLine tone={isNear ? "info" : "warning"}>
        Say yes only if you have just started this program yourself. Whoever sent you a code would get at all of this.
      </NoticeLine>
      <PasswordProof error={answer.error} />
      <div className="flex flex-wrap gap-2">
        <Button type="submit" variant="primary" isBusy={answer.isPending}>
          Yes, let it in
        </Button>
        <Button onClick={() => say(false)} disabled={answer.isPending}>
          No
        </Button>
      </div>
    </form>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="flex flex-col gap-x-4 px-4 py-2.5 sm:flex-row">
      <dt className="w-36 shrink-0 text-muted text-sm sm:pt-0.5">{name}</dt>
      <dd className="wrap-anywhere min-w-0">{children}</dd>
    </div>
  );
}
