"use client";

import { type FormEvent, useState } from "react";
import { ConfirmPolicies } from "@/components/admin/confirm-policies";
import { GigabytesField, gigabytesOf } from "@/components/admin/gigabytes-field";
import { NumberField, numberOf } from "@/components/admin/number-field";
import { PeopleRule } from "@/components/admin/people-rule";
import { useTriedPolicies } from "@/components/admin/use-tried-policies";
import { fieldError, formError } from "@/components/api";
import { Button } from "@/components/ui/button";
import { Checkbox } from "@/components/ui/checkbox";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { NoticeLine } from "@/components/ui/notice-line";
import { Section } from "@/components/ui/section";
import { toast } from "@/components/ui/toast";
import type { PoliciesView } from "@/lib/sites/schema";

export function PoliciesForm({ policies }: { policies: PoliciesView }) {
  const [inviters, setInviters] = useState({ rule: policies.whoInvites, groups: policies.invitingGroups });
  const [sharers, setSharers] = useState({ rule: policies.whoShares, groups: policies.sharingGroups });
  const [choices, setChoices] = useState({
    allowsAddresses: policies.allowsAddresses,
    takesStrangers: policies.takesStrangers,
    showsSitePeople: policies.showsSitePeople,
    answersUserNames: policies.answersUserNames,
    requiresSignature: policies.requiresSignature,
    mustExchange: policies.mustExchange,
    needsSecondFactor: policies.needsSecondFactor,
  });
  const tried = useTriedPolicies(() => toast.success("The policies are saved."));
  const { error } = tried;

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    tried.change({
      ...choices,
      name: String(form.get("name")),
      inviteLifetimeDays: Number(form.get("inviteLifetimeDays")),
      mostInvites: numberOf(form, "mostInvites"),
      longestShareDays: numberOf(form, "longestShareDays"),
      defaultQuota: gigabytesOf(form, "defaultQuota"),
      whoInvites: inviters.rule,
      invitingGroups: inviters.groups,
      whoShares: sharers.rule,
      sharingGroups: sharers.groups,
    });
  }

  const failure = formError(error);
  const choice = (name: keyof typeof choices, label: string, hint: string) => (
    <Checkbox
      label={label}
      hint={hint}
      checked={choices[name]}
      onChange={(checked) => setChoices({ ...choices, [name]: checked })}
    />
  );
  return (
    <form onSubmit={submit}>
      {failure && <NoticeLine tone="danger">{failure}</NoticeLine>}
      <Section title="This cloud">
        <Field label="Name" error={fieldError(error, "name")}>
          <Input name="name" defaultValue={policies.name} maxLength={60} required className="md:max-w-88" />
        </Field>
      </Section>
      <Section
        title="Invites"
        description="An invite works once, and not for ever. Contacts stay, whatever you choose."
      >
        <div className="flex flex-col gap-5">
          <PeopleRule label="Who may invite people of other clouds" value={inviters} onChange={setInviters} />
          <NumberField
            label="Days until an invite expires"
            name="inviteLifetimeDays"
            value={policies.inviteLifetimeDays}
            max={365}
            error={fieldError(error, "inviteLifetimeDays")}
          />
          <NumberField
            label="Invites that one person may have waiting"
            name="mostInvites"
            value={policies.mostInvites}
            max={10_000}
            isOptional
          />
        </div>
      </Section>
      <Section title="Shares with other clouds" description="What you forbid ends, and whoever shared it is told.">
        <div className="flex flex-col gap-5">
          <PeopleRule label="Who may share with people on other clouds" value={sharers} onChange={setSharers} />
          <NumberField
            label="Days that such a share may last"
            name="longestShareDays"
            value={policies.longestShareDays}
            max={3650}
            hint="What lasts longer is shortened."
            isOptional
          />
          {choice(
            "allowsAddresses",
            "Cloud addresses can be typed",
            "Otherwise people here share with their contacts only. What is shared already stays.",
          )}
          {choice(
            "takesStrangers",
            "Strangers can offer something",
            "It waits apart until its receiver looks at it. Otherwise only contacts can, and other clouds are told so.",
          )}
        </div>
      </Section>
      <Section
        title="Strictness"
        description="Holds for what is shared from now on. On the page of a provider you decide otherwise for it alone."
      >
        <div className="flex flex-col gap-4">
          {choice(
            "requiresSignature",
            "Other clouds must sign what they send",
            "Otherwise anybody could write in the name of a cloud that has never signed: what it offers waits as a request.",
          )}
          {choice(
            "mustExchange",
            "The secret of a share alone opens nothing",
            "Whoever intercepts it gets nothing with it. Older clouds cannot do that: nothing new is shared with them.",
          )}
          {choice(
            "needsSecondFactor",
            "Shares need a second factor",
            "Both ways. Clouds that do not promise to ask for one get nothing new; people here need one to open what they are given.",
          )}
        </div>
      </Section>
      <Section title="Finding people">
        <div className="flex flex-col gap-4">
          {choice(
            "showsSitePeople",
            "People of this cloud find each other",
            "The share box completes over everybody who has an account here.",
          )}
          {choice(
            "answersUserNames",
            "User names are cloud addresses",
            "Someone on another cloud who knows a user name can offer files to that person. Otherwise each person’s address is a code that nobody can guess.",
          )}
        </div>
      </Section>
      <Section title="Storage" description="Holds at once for everyone to whom you gave no other limit.">
        <GigabytesField label="For each person" name="defaultQuota" bytes={policies.defaultQuota} />
      </Section>
      <div className="border-t pt-6 md:ps-64">
        <Button type="submit" variant="primary" isBusy={tried.isBusy}>
          Save
        </Button>
      </div>
      <ConfirmPolicies tried={tried} />
    </form>
  );
}
