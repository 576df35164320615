"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { formError } from "@/components/api";
import { announceArrival } from "@/components/files/arrivals";
import { isEditable, saveText } from "@/components/files/edit/edited-text";
import { joinPath, nameProblem } from "@/components/files/paths";
import { refreshFolders } from "@/components/files/queries";
import { usePlace } from "@/components/files/use-place";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import type { EntryView } from "@/lib/files/schema";

/** A new empty text, which opens to be written. */
export function NewTextDialog({ path, onClose }: { path: string; onClose: () => void }) {
  const [name, setName] = useState("");
  const { editFile } = usePlace();
  const client = useQueryClient();
  const make = useMutation({
    mutationFn: (called: string) => saveText(joinPath(path, called), { text: "", hasMark: false }, "nothing"),
    onSettled: () => refreshFolders(client),
  });
  const problem = nameProblem(name);

  function onMade(entry: EntryView) {
    announceArrival(path, [entry.name]);
    onClose();
    if (isEditable(entry)) editFile(joinPath(path, entry.name));
  }

  function onSubmit(event: FormEvent) {
    event.preventDefault();
    const trimmed = name.trim();
    // Without an ending nobody would know that it is a text.
    if (!problem) make.mutate(trimmed.includes(".") ? trimmed : `${trimmed}.md`, { onSuccess: onMade });
  }

  return (
    <Dialog
      isOpen
      onClose={onClose}
      title="New text file"
      size="sm"
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form="new-text" variant="primary" disabled={name.trim() === ""} isBusy={make.isPending}>
            Create
          </Button>
        </>
      }
    >
      <form id="new-text" onSubmit={onSubmit}>
        <Field
          label="Name"
          hint="As Markdown (.md), unless it ends in something else such as .txt."
          error={problem ?? formError(make.error) ?? null}
        >
          <Input value={name} onChange={(event) => setName(event.target.value)} autoComplete="off" />
        </Field>
      </form>
    </Dialog>
  );
}
