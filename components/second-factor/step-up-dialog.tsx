"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { answerAsking } from "@/components/second-factor/asking";
import { ConfirmForm } from "@/components/second-factor/confirm-form";
import { secondFactorsQuery } from "@/components/second-factor/queries";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { ErrorState } from "@/components/ui/error-state";
import { SkeletonRows } from "@/components/ui/skeleton";

const refuse = () => answerAsking(false);

export function StepUpDialog() {
  const { data: factors, error, refetch } = useQuery({ ...secondFactorsQuery, staleTime: 0 });
  const hasAuthenticator = factors?.authenticatorSince != null;
  const hasPasskey = (factors?.passkeys.length ?? 0) > 0;
  const hasNone = factors !== undefined && !hasAuthenticator && !hasPasskey;

  return (
    <Dialog
      isOpen
      onClose={refuse}
      title="Confirm that it is you"
      description={
        hasNone
          ? "Whoever shares this asks for a second factor besides your password, and you have none yet. Set one up in the settings, then come back: nothing is lost."
          : "This takes your second factor. You are not asked again in this browser for twelve hours."
      }
      size="sm"
      testId="step-up"
    >
      {error && <ErrorState error={error} onRetry={() => void refetch()} />}
      {!error && !factors && <SkeletonRows count={1} />}
      {hasNone && (
        <Button asChild variant="primary">
          <Link href="/settings#second-factor" onClick={refuse}>
            Go to the settings
          </Link>
        </Button>
      )}
      {factors && !hasNone && (
        <ConfirmForm hasAuthenticator={hasAuthenticator} hasPasskey={hasPasskey} onDone={() => answerAsking(true)} />
      )}
    </Dialog>
  );
}
