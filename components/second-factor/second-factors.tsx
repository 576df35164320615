"use client";

import { useQuery } from "@tanstack/react-query";
import { KeyRound, Smartphone } from "lucide-react";
import { useState } from "react";
import { AddPasskey } from "@/components/second-factor/add-passkey";
import { type Factor, RemoveFactor, RenewCodes } from "@/components/second-factor/change-dialogs";
import { EnrolAuthenticator } from "@/components/second-factor/enrol-authenticator";
import { FactorList } from "@/components/second-factor/factor-list";
import { secondFactorsQuery } from "@/components/second-factor/queries";
import { RecoveryCodes } from "@/components/second-factor/recovery-codes";
import { Button } from "@/components/ui/button";
import { ErrorState } from "@/components/ui/error-state";
import { SkeletonRows } from "@/components/ui/skeleton";
import { toast } from "@/components/ui/toast";

type Open =
  | { what: "app" | "passkey" | "renew" }
  | { what: "remove"; factor: Factor }
  | { what: "codes"; codes: string[] }
  | null;

/** What one shows besides the password: set up, listed, removed. */
export function SecondFactors() {
  const { data: factors, error, refetch } = useQuery(secondFactorsQuery);
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);

  function onDone(codes: string[] | null) {
    setOpen(codes && { what: "codes", codes });
    toast.success("From now on, signing in asks for your second factor.");
  }

  if (error) return <ErrorState error={error} onRetry={() => refetch()} />;
  if (!factors) return <SkeletonRows count={1} />;
  const count = factors.passkeys.length + (factors.authenticatorSince ? 1 : 0);
  return (
    <div className="flex flex-col items-start gap-4">
      {count > 0 && (
        <FactorList
          factors={factors}
          onRemove={(factor) => setOpen({ what: "remove", factor })}
          onRenew={() => setOpen({ what: "renew" })}
        />
      )}
      <div className="flex flex-wrap gap-2">
        {!factors.authenticatorSince && (
          <Button onClick={() => setOpen({ what: "app" })}>
            <Smartphone aria-hidden />
            Set up an app for codes…
          </Button>
        )}
        <Button onClick={() => setOpen({ what: "passkey" })}>
          <KeyRound aria-hidden />
          Add a passkey…
        </Button>
      </div>
      {open?.what === "app" && <EnrolAuthenticator onDone={onDone} onClose={close} />}
      {open?.what === "passkey" && <AddPasskey onDone={onDone} onClose={close} />}
      {open?.what === "remove" && <RemoveFactor factor={open.factor} isLast={count === 1} onClose={close} />}
      {open?.what === "renew" && (
        <RenewCodes onDone={(codes) => setOpen(codes && { what: "codes", codes })} onClose={close} />
      )}
      {open?.what === "codes" && <RecoveryCodes codes={open.codes} onClose={close} />}
    </div>
  );
}
