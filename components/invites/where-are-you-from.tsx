"use client";

import { type FormEvent, useState, useSyncExternalStore } from "react";
import { Disclosure } from "@/components/invites/disclosure";
import { NoCloud } from "@/components/invites/no-cloud";
import { useWhereAreYouFrom } from "@/components/invites/queries";
import { Button } from "@/components/ui/button";
import { CopyField } from "@/components/ui/copy-field";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";

const REMEMBERED = "tessera.my-cloud";
const never = () => () => {};
const remembered = () => localStorage.getItem(REMEMBERED) ?? "";

type WhereAreYouFromProps = { token: string; code: string; inviterName: string; siteName: string };

/** Asks for the invitee's own cloud and goes there; the choice is kept in this browser for the next time. */
export function WhereAreYouFrom({ token, code, inviterName, siteName }: WhereAreYouFromProps) {
  const lastTime = useSyncExternalStore(never, remembered, () => "");
  const [typed, setTyped] = useState<string | null>(null);
  const where = useWhereAreYouFrom();
  const provider = typed ?? lastTime;

  function submit(event: FormEvent) {
    event.preventDefault();
    where.mutate(
      { token, provider },
      {
        onSuccess: (found) => {
          localStorage.setItem(REMEMBERED, found.provider);
          window.location.assign(found.redirect);
        },
      },
    );
  }

  return (
    <div className="flex flex-col gap-6">
      <form onSubmit={submit} className="flex flex-col gap-4">
        <Field
          label="Your cloud"
          hint="As in the address bar when you are signed in there."
          error={where.error?.message}
        >
          <Input
            value={provider}
            onChange={(event) => setTyped(event.target.value)}
            placeholder="cloud.example.org"
            inputMode="url"
            autoCapitalize="none"
            spellCheck={false}
            autoFocus
            required
            data-testid="wayf-provider"
          />
        </Field>
        <Button type="submit" variant="primary" isBusy={where.isPending || where.isSuccess} data-testid="wayf-continue">
          Continue
        </Button>
      </form>
      <div className="divide-y border-t">
        <Disclosure title="Your cloud is not found, or has no such page?">
          <p className="mb-2">Copy this code and paste it in your cloud where invites are accepted.</p>
          <CopyField label="Code" text={code} />
        </Disclosure>
        <Disclosure title="You have no cloud?">
          <NoCloud inviterName={inviterName} siteName={siteName} />
        </Disclosure>
      </div>
    </div>
  );
}
