"use client";

import { type FormEvent, useState } from "react";
import { useChangeDirectoryKey, usePublishDirectory } from "@/components/admin/directory-queries";
import { fieldError, formError } from "@/components/api";
import { Button } from "@/components/ui/button";
import { Checkbox } from "@/components/ui/checkbox";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { CopyField } from "@/components/ui/copy-field";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { NoticeLine } from "@/components/ui/notice-line";
import { Section } from "@/components/ui/section";
import { toast } from "@/components/ui/toast";
import type { OwnDirectoryView } from "@/lib/trust/schema";

/** The list of the clouds that are trusted here, for others to follow. */
export function OwnDirectory({ own }: { own: OwnDirectoryView }) {
  const [isPublished, setPublished] = useState(own.isPublished);
  const publish = usePublishDirectory();
  const failure = formError(publish.error);

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const federation = String(new FormData(event.currentTarget).get("federation"));
    publish.mutate(
      { federation, isPublished },
      {
        onSuccess: () =>
          toast.success(isPublished ? "Your directory is published." : "Your directory is not published."),
      },
    );
  }

  return (
    <div className="mt-8 border-t pt-6">
      <Section
        title="A directory of your own"
        description="This cloud and those that you trust, signed, for anybody to read. Give its address and its key to administrators of other clouds, and you are a community."
      >
        <form onSubmit={submit} className="flex flex-col gap-4">
          {failure && <NoticeLine tone="danger">{failure}</NoticeLine>}
          <Field label="Name of the community" error={fieldError(publish.error, "federation")}>
            <Input name="federation" defaultValue={own.federation} maxLength={100} required className="md:max-w-88" />
          </Field>
          <Checkbox label="Publish it" checked={isPublished} onChange={setPublished} />
          <Button type="submit" isBusy={publish.isPending} className="self-start">
            Save
          </Button>
        </form>
        {own.isPublished && own.key && <HandOn url={own.url} publicKey={own.key} />}
      </Section>
    </div>
  );
}

/** What others need to follow it. */
function HandOn({ url, publicKey }: { url: string; publicKey: string }) {
  const [isChanging, setChanging] = useState(false);
  const change = useChangeDirectoryKey();
  const changeKey = () =>
    change.mutate(undefined, {
      onSuccess: () => toast.success("The directory is signed with a new key."),
      onError: toast.failed,
      onSettled: () => setChanging(false),
    });
  return (
    <div className="mt-6 flex flex-col gap-4">
      <CopyField label="Address of the directory" text={url} testId="own-directory-url" />
      <CopyField label="Key of the directory" text={publicKey} testId="own-directory-key" isMultiline isCode />
      <Button className="self-start" onClick={() => setChanging(true)}>
        Make a new key…
      </Button>
      <ConfirmDialog
        isOpen={isChanging}
        onClose={() => setChanging(false)}
        onConfirm={changeKey}
        title="Sign the directory with a new key?"
        confirmLabel="Make a new key"
        isBusy={change.isPending}
      >
        Whoever follows it refuses it from then on, until you have given them the new key. Do this if somebody else may
        know the one that signs it now.
      </ConfirmDialog>
    </div>
  );
}
