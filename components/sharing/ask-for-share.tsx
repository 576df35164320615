"use client";

import { fieldError } from "@/components/api";
import { useAskForShare } from "@/components/sharing/queries";
import { Field } from "@/components/ui/field";
import { FormDialog } from "@/components/ui/form-dialog";
import { Input } from "@/components/ui/input";
import { toast } from "@/components/ui/toast";

type AskForShareProps = {
  /** A contact, or with an empty `provider` somebody of this cloud. */
  whom: { id: string; displayName: string; provider: string };
  onClose: () => void;
};

/** Asks somebody for something in one's own words. */
export function AskForShare({ whom, onClose }: AskForShareProps) {
  const ask = useAskForShare();
  const { id, displayName, provider } = whom;

  function submit(form: FormData) {
    const words = String(form.get("words"));
    const onSuccess = () => {
      toast(`${displayName} is asked. You hear of it when something is shared with you.`);
      onClose();
    };
    ask.mutate(provider ? { contactId: id, words } : { personId: id, words }, { onSuccess });
  }

  return (
    <FormDialog
      title={`Ask ${displayName} for something`}
      submitLabel="Ask"
      error={ask.error}
      isBusy={ask.isPending}
      onSubmit={submit}
      onClose={onClose}
    >
      <Field
        label="What you would like to have"
        hint={`${displayName} reads it${provider && ` on ${provider}`}, and says yes or no.`}
        error={fieldError(ask.error, "words")}
      >
        <Input name="words" placeholder="The photos of the hut" autoComplete="off" maxLength={200} autoFocus required />
      </Field>
    </FormDialog>
  );
}
