"use client";

import { type ChangeEvent, useState } from "react";
import { ImportPreview } from "@/components/admin/import-preview";
import { useImportProviders } from "@/components/admin/queries";
import { fieldError } from "@/components/api";
import { Field } from "@/components/ui/field";
import { FormDialog } from "@/components/ui/form-dialog";
import { formatCount } from "@/components/ui/format";
import { Input } from "@/components/ui/input";
import { Textarea } from "@/components/ui/textarea";
import { toast } from "@/components/ui/toast";
import { DIALECT_NAMES } from "@/lib/trust/dialects/schema";

/** First it is shown what a list would change, then it is asked. */
export function ImportProviders({ onClose }: { onClose: () => void }) {
  const [file, setFile] = useState("");
  const look = useImportProviders();
  const confirm = useImportProviders();
  const plan = look.data;
  const count = plan?.added.length ?? 0;

  async function choose({ target }: ChangeEvent<HTMLInputElement>) {
    setFile((await target.files?.[0]?.text()) ?? "");
    look.reset();
  }
  function submit() {
    if (!plan) return look.mutate({ file, isConfirmed: false });
    if (count === 0) return onClose();
    confirm.mutate(
      { file, isConfirmed: true },
      {
        onSuccess: ({ added }) => {
          toast.success(`${formatCount(added.length, "cloud is", "clouds are")} trusted now.`);
          onClose();
        },
      },
    );
  }
  const submitLabel = !plan ? "Look at it" : count > 0 ? `Trust ${formatCount(count, "cloud", "clouds")}` : "Done";
  return (
    <FormDialog
      title="Import a list of clouds"
      description={`The file ocmproviders.json of other clouds (${DIALECT_NAMES.ocis}, ${DIALECT_NAMES.reva}), or what another cloud like this one has exported.`}
      submitLabel={submitLabel}
      error={look.error ?? confirm.error}
      isBusy={look.isPending || confirm.isPending}
      onSubmit={submit}
      onClose={onClose}
    >
      {plan ? (
        <ImportPreview plan={plan} />
      ) : (
        <>
          <Field label="File" isOptional>
            <Input type="file" accept=".json,application/json" onChange={choose} className="h-auto py-2" />
          </Field>
          <Field label="Or its text" error={fieldError(look.error, "file")}>
            <Textarea
              value={file}
              onChange={({ target }) => setFile(target.value)}
              rows={6}
              required
              spellCheck={false}
              className="font-mono text-xs"
            />
          </Field>
        </>
      )}
    </FormDialog>
  );
}
