"use client";

import { useState } from "react";
import { fieldError } from "@/components/api";
import { PasswordProof, passwordOf } from "@/components/second-factor/password-proof";
import { useCreateAppPassword } from "@/components/settings/queries";
import { LastDayField } from "@/components/sharing/last-day-field";
import { endOfDay } from "@/components/sharing/words";
import { Button } from "@/components/ui/button";
import { Checkbox } from "@/components/ui/checkbox";
import { CopyField } from "@/components/ui/copy-field";
import { Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { FormDialog } from "@/components/ui/form-dialog";
import { Input } from "@/components/ui/input";
import type { AppScope, CreatedAppPassword } from "@/lib/identity/schema";

type Scope = (typeof AppScope)["options"][number];
const SCOPES: { scope: Scope; label: string; hint: string }[] = [
  { scope: "files", label: "Files", hint: "See, change and delete your files." },
  { scope: "shares", label: "Shares", hint: "Share your files, answer offers, invite people and see your contacts." },
];

type MakeAppPasswordProps = { userName: string; onClose: () => void };

/** Asks for what and until when, then shows the password once. */
export function MakeAppPassword({ userName, onClose }: MakeAppPasswordProps) {
  const [scopes, setScopes] = useState<Scope[]>(["files"]);
  const [lastDay, setLastDay] = useState("");
  const create = useCreateAppPassword();

  if (create.data) return <NewAppPassword userName={userName} created={create.data} onClose={onClose} />;
  const toggle = (scope: Scope, isOn: boolean) =>
    setScopes((before) => (isOn ? [...before, scope] : before.filter((one) => one !== scope)));
  const noScope = fieldError(create.error, "scopes");
  return (
    <FormDialog
      title="Make an app password"
      description="For one program. Your own password stays with you."
      submitLabel="Make"
      error={create.error}
      isBusy={create.isPending}
      onSubmit={(form) =>
        create.mutate({
          name: String(form.get("name")),
          scopes,
          expiresAt: lastDay ? endOfDay(lastDay) : null,
          ...passwordOf(form),
        })
      }
      onClose={onClose}
    >
      <Field label="Which program?" error={fieldError(create.error, "name")}>
        <Input name="name" placeholder="Backup of my laptop" maxLength={60} autoComplete="off" required />
      </Field>
      <fieldset className="flex flex-col gap-2.5">
        <legend className="mb-1.5 font-medium text-sm">What may it be used for?</legend>
        {SCOPES.map(({ scope, label, hint }) => (
          <Checkbox
            key={scope}
            label={label}
            hint={hint}
            checked={scopes.includes(scope)}
            onChange={(isOn) => toggle(scope, isOn)}
          />
        ))}
        {noScope && (
          <p role="alert" className="text-danger-text text-sm">
            {noScope}
          </p>
        )}
      </fieldset>
      <LastDayField value={lastDay} onChange={setLastDay} />
      <PasswordProof error={create.error} />
    </FormDialog>
  );
}

function NewAppPassword({ userName, created, onClose }: MakeAppPasswordProps & { created: CreatedAppPassword }) {
  const { secret, scopes } = created;
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title="Your app password"
      description="Give it to the program now: it is not shown again."
      footer={
        <Button variant="primary" onClick={onClose}>
          Done
        </Button>
      }
    >
      <div className="flex flex-col gap-4">
        <CopyField label="User name" text={userName} />
        <CopyField label="App password" text={secret} testId="app-password" />
        {scopes.includes("files") && (
          <CopyField
            label="Address for WebDAV"
            text={`${window.location.origin}/dav/files/${encodeURIComponent(userName)}/`}
            testId="webdav-address"
          />
        )}
      </div>
    </Dialog>
  );
}
