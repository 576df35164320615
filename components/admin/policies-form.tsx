"use client";

import { type FormEvent, useState } from "react";
import { GigabytesField, gigabytesOf } from "@/components/admin/gigabytes-field";
import { useUpdatePolicies } from "@/components/admin/queries";
import { fieldError, formError } from "@/components/api";
import { Button } from "@/components/ui/button";
import { Checkbox } from "@/components/ui/checkbox";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { NoticeLine } from "@/components/ui/notice-line";
import { Section } from "@/components/ui/section";
import { toast } from "@/components/ui/toast";
import type { SitePolicies } from "@/lib/sites/schema";

export function PoliciesForm({ policies }: { policies: SitePolicies }) {
  const [showsSitePeople, setShowsSitePeople] = useState(policies.showsSitePeople);
  const [answersUserNames, setAnswersUserNames] = useState(policies.answersUserNames);
  const update = useUpdatePolicies();

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    update.mutate(
      {
        name: String(form.get("name")),
        inviteLifetimeDays: Number(form.get("inviteLifetimeDays")),
        defaultQuota: gigabytesOf(form, "defaultQuota"),
        showsSitePeople,
        answersUserNames,
      },
      { onSuccess: () => toast.success("The policies are saved.") },
    );
  }

  const failure = formError(update.error);
  return (
    <form onSubmit={submit}>
      {failure && <NoticeLine tone="danger">{failure}</NoticeLine>}
      <Section title="This cloud">
        <Field label="Name" error={fieldError(update.error, "name")}>
          <Input name="name" defaultValue={policies.name} maxLength={60} required className="max-w-88" />
        </Field>
      </Section>
      <Section title="Invites" description="An invite works once, and not for ever.">
        <Field label="Days until an invite expires" error={fieldError(update.error, "inviteLifetimeDays")}>
          <Input
            name="inviteLifetimeDays"
            type="number"
            min={1}
            max={365}
            defaultValue={policies.inviteLifetimeDays}
            required
            className="max-w-40"
          />
        </Field>
      </Section>
      <Section title="Finding people">
        <div className="flex flex-col gap-4">
          <Checkbox
            label="People of this cloud find each other"
            hint="The share box completes over everybody who has an account here."
            checked={showsSitePeople}
            onChange={setShowsSitePeople}
          />
          <Checkbox
            label="User names are cloud addresses"
            hint="Someone on another cloud who knows a user name can offer files to that person. Otherwise each person’s address is a code that nobody can guess."
            checked={answersUserNames}
            onChange={setAnswersUserNames}
          />
        </div>
      </Section>
      <Section title="Storage" description="Holds at once for everyone to whom you gave no other limit.">
        <GigabytesField label="For each person" name="defaultQuota" bytes={policies.defaultQuota} />
      </Section>
      <div className="border-t pt-6">
        <Button type="submit" variant="primary" isBusy={update.isPending}>
          Save
        </Button>
      </div>
    </form>
  );
}
