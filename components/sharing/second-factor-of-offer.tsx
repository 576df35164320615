"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { secondFactorsQuery } from "@/components/second-factor/queries";
import { SecondFactorNeeded } from "@/components/sharing/second-factor-needed";

/** What it takes to open what is offered, and whether one has that. */
export function SecondFactorOfOffer() {
  const { data: factors } = useQuery(secondFactorsQuery);
  const hasNone = factors?.authenticatorSince === null && factors.passkeys.length === 0;
  return (
    <SecondFactorNeeded>
      It opens only after you have confirmed with more than your password: a code of an app, or a passkey.
      {hasNone && (
        <>
          {" "}
          You have neither yet.{" "}
          <Link href="/settings" className="underline">
            Set one up in the settings
          </Link>
        </>
      )}
    </SecondFactorNeeded>
  );
}
