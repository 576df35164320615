"use client";

import { type FormEvent, useState } from "react";
import { CloudChoice } from "@/components/invites/cloud-choice";
import { Disclosure } from "@/components/invites/disclosure";
import { NoCloud } from "@/components/invites/no-cloud";
import { useWhereAreYouFrom } from "@/components/invites/queries";
import { rememberCloud, useRememberedClouds } from "@/components/invites/remembered-clouds";
import { Button } from "@/components/ui/button";
import { CloudSquare } from "@/components/ui/cloud-badge";
import { CopyField } from "@/components/ui/copy-field";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import type { NamedCloud } from "@/lib/trust/schema";

type WhereAreYouFromProps = {
  token: string;
  code: string;
  /** Null: of an invite that was used. */
  inviterName: string | null;
  site: { name: string; showsPeople: boolean };
  /** Of the directories that the site follows. */
  clouds: NamedCloud[];
};

/** Asks for the invitee's own cloud and goes there; the choice is kept in this browser for the next time. */
export function WhereAreYouFrom({ token, code, inviterName, site, clouds }: WhereAreYouFromProps) {
  const remembered = useRememberedClouds();
  const [typed, setTyped] = useState("");
  const where = useWhereAreYouFrom();
  const isGoing = (to: string) => (where.isPending || where.isSuccess) && where.variables.provider === to;

  function go(provider: string) {
    where.mutate(
      { token, provider },
      {
        onSuccess: (found) => {
          rememberCloud(found.provider);
          window.location.assign(found.redirect);
        },
      },
    );
  }
  function submit(event: FormEvent) {
    event.preventDefault();
    go(typed);
  }

  return (
    <div className="flex flex-col gap-6">
      {remembered.length > 0 && (
        <ul aria-label="Clouds you chose before" className="flex flex-col gap-2">
          {remembered.map((provider) => (
            <li key={provider}>
              <Button onClick={() => go(provider)} isBusy={isGoing(provider)} className="w-full justify-start">
                <CloudSquare provider={provider} />
                <span className="truncate">{provider}</span>
              </Button>
            </li>
          ))}
        </ul>
      )}
      <form onSubmit={submit} className="flex flex-col gap-4">
        <Field
          label={remembered.length > 0 ? "Another cloud" : "Your cloud"}
          hint={
            clouds.length > 0
              ? "Its name or its address, as in the address bar when you are signed in there."
              : "As in the address bar when you are signed in there."
          }
          error={where.error?.message}
        >
          <Input
            value={typed}
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
        <CloudChoice
          clouds={clouds.filter(({ provider }) => !remembered.includes(provider))}
          typed={typed}
          onChoose={go}
          isGoing={isGoing}
        />
        <Button type="submit" variant="primary" isBusy={isGoing(typed)} data-testid="wayf-continue">
          Continue
        </Button>
      </form>
      <div className="divide-y border-t">
        <Disclosure title="Your cloud is not found, or has no such page?">
          <p className="mb-2">Copy this code and paste it in your cloud where invites are accepted.</p>
          <CopyField label="Code" text={code} />
        </Disclosure>
        {inviterName && (
          <Disclosure title="You have no cloud?">
            <NoCloud inviterName={inviterName} site={site} />
          </Disclosure>
        )}
      </div>
    </div>
  );
}
