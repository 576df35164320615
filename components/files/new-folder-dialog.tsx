"use client";

import { type FormEvent, useState } from "react";
import { formError } from "@/components/api";
import { announceArrival } from "@/components/files/arrivals";
import { joinPath, nameProblem } from "@/components/files/paths";
import { useMakeFolder } from "@/components/files/queries";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import type { EntryView } from "@/lib/files/schema";

export function NewFolderDialog({ path, onClose }: { path: string; onClose: () => void }) {
  const [name, setName] = useState("");
  const { mutate: makeFolder, isPending, error } = useMakeFolder();
  const [stopping] = useState(() => new AbortController());
  const problem = nameProblem(name);

  /** Also of a folder that another cloud is long in making. */
  function close() {
    stopping.abort();
    onClose();
  }

  function onMade(folder: EntryView) {
    announceArrival(path, [folder.name]);
    onClose();
  }

  function onSubmit(event: FormEvent) {
    event.preventDefault();
    if (!problem) makeFolder({ path: joinPath(path, name.trim()), signal: stopping.signal }, { onSuccess: onMade });
  }

  return (
    <Dialog
      isOpen
      onClose={close}
      title="New folder"
      size="sm"
      footer={
        <>
          <Button onClick={close}>Cancel</Button>
          <Button type="submit" form="new-folder" variant="primary" disabled={name.trim() === ""} isBusy={isPending}>
            Create
          </Button>
        </>
      }
    >
      <form id="new-folder" onSubmit={onSubmit}>
        <Field label="Name" error={problem ?? formError(error) ?? null}>
          <Input value={name} onChange={(event) => setName(event.target.value)} autoComplete="off" />
        </Field>
      </form>
    </Dialog>
  );
}
