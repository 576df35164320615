"use client";

import { useState } from "react";
import { AskForShare } from "@/components/sharing/ask-for-share";
import { PersonBox } from "@/components/sharing/person-box";
import type { Picked } from "@/components/sharing/picked-person";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";

type Asked = { id: string; displayName: string; provider: string };

/** Who is no contact and not of this cloud is not heard. */
function canBeAsked({ recipient }: Picked): boolean {
  return recipient.kind === "contact" || recipient.kind === "person";
}

/** Asks a contact or somebody of this cloud for something. */
export function AskSomebody() {
  const [step, setStep] = useState<"none" | "whom" | Asked>("none");
  const close = () => setStep("none");

  function pick({ recipient, name: displayName, provider }: Picked) {
    if (recipient.kind !== "address") setStep({ id: recipient.id, displayName, provider });
  }

  return (
    <>
      <Button onClick={() => setStep("whom")}>Ask for something…</Button>
      {step === "whom" && (
        <Dialog isOpen onClose={close} title="Ask for something" testId="ask-somebody">
          <PersonBox label="Whom to ask" what="something" takes={canBeAsked} onPick={pick} />
        </Dialog>
      )}
      {typeof step === "object" && <AskForShare whom={step} onClose={close} />}
    </>
  );
}
