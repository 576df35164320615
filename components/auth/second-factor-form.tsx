"use client";

import { ConfirmForm } from "@/components/second-factor/confirm-form";
import { signOutHere } from "@/components/shell/sign-out";
import { Button } from "@/components/ui/button";

type SecondFactorFormProps = { next: string; hasAuthenticator: boolean; hasPasskey: boolean };

/** The second step of signing in; then on to where the person was going. */
export function SecondFactorForm({ next, ...has }: SecondFactorFormProps) {
  return (
    <div className="flex flex-col gap-3">
      <ConfirmForm {...has} onDone={() => window.location.assign(next)} />
      <Button variant="ghost" onClick={signOutHere}>
        Sign in as somebody else
      </Button>
    </div>
  );
}
