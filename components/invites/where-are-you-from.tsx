"use client";

import { type FormEvent, useEffect, useState } from "react";
import { useWhereAreYouFrom } from "@/components/invites/queries";
import { Button } from "@/components/ui/button";
import { CopyField } from "@/components/ui/copy-field";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";

const REMEMBERED = "tessera.my-cloud";

/** Asks for the invitee's own cloud and goes there; the choice is kept in this browser for the next time. */
export function WhereAreYouFrom({ token, code }: { token: string; code: string }) {
  const [provider, setProvider] = useState("");
  const where = useWhereAreYouFrom();

  useEffect(() => setProvider(localStorage.getItem(REMEMBERED) ?? ""), []);

  function submit(event: FormEvent) {
    event.preventDefault();
    where.mutate(
      { token, provider: provider.trim() },
      {
        onSuccess: ({ redirect }) => {
          localStorage.setItem(REMEMBERED, provider.trim());
          window.location.assign(redirect);
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
            onChange={(event) => setProvider(event.target.value)}
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
      <details className="border-t pt-4 text-muted">
        <summary className="cursor-default text-sm">Your cloud is not found, or has no such page?</summary>
        <div className="mt-3 flex flex-col gap-2">
          <p className="text-sm">Copy this code and paste it in your cloud where invites are accepted.</p>
          <CopyField label="Code" text={code} />
        </div>
      </details>
    </div>
  );
}
