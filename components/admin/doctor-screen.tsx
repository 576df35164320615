"use client";

import { type FormEvent, useState } from "react";
import { DoctorReport } from "@/components/admin/doctor-report";
import { OwnEntry } from "@/components/admin/own-entry";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { PageHeader } from "@/components/ui/page-header";

export function DoctorScreen({ domain, ownEntry }: { domain: string; ownEntry: string }) {
  // Each press of the button is an examination of its own, also of the same cloud.
  const [asked, setAsked] = useState({ domain, count: 0 });

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const typed = String(new FormData(event.currentTarget).get("domain")).trim();
    window.history.replaceState(null, "", `?${new URLSearchParams({ domain: typed })}`);
    setAsked(({ count }) => ({ domain: typed, count: count + 1 }));
  }

  return (
    <>
      <PageHeader
        title="Check a connection"
        description="Tries out the way to another cloud, one thing after the other. Nothing is changed there."
      />
      <form onSubmit={submit} className="mb-6 flex flex-wrap items-end gap-2">
        <Field label="Domain" className="min-w-60 flex-1">
          <Input
            name="domain"
            defaultValue={domain}
            placeholder="cloud.example.org"
            inputMode="url"
            autoCapitalize="none"
            autoComplete="off"
            spellCheck={false}
            maxLength={300}
            required
          />
        </Field>
        <Button type="submit" variant="primary" data-testid="check-connection">
          Check
        </Button>
      </form>
      {asked.domain && <DoctorReport asked={asked} />}
      <OwnEntry entry={ownEntry} />
    </>
  );
}
