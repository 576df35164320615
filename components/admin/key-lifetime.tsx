"use client";

import type { FormEvent } from "react";
import { useUpdatePolicies } from "@/components/admin/queries";
import { fieldError, formError } from "@/components/api";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { NoticeLine } from "@/components/ui/notice-line";
import { toast } from "@/components/ui/toast";

export function KeyLifetime({ days }: { days: number }) {
  const update = useUpdatePolicies();

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const keyLifetimeDays = Number(new FormData(event.currentTarget).get("keyLifetimeDays"));
    update.mutate({ keyLifetimeDays }, { onSuccess: () => toast.success("The schedule is saved.") });
  }

  const failure = formError(update.error);
  return (
    <form onSubmit={submit} className="flex flex-col items-start gap-4">
      {failure && <NoticeLine tone="danger">{failure}</NoticeLine>}
      <Field label="Days until keys change by themselves" error={fieldError(update.error, "keyLifetimeDays")}>
        <Input
          name="keyLifetimeDays"
          type="number"
          min={7}
          max={3650}
          defaultValue={days}
          required
          className="max-w-40"
        />
      </Field>
      <Button type="submit" isBusy={update.isPending}>
        Save
      </Button>
    </form>
  );
}
