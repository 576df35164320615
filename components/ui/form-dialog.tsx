"use client";

import { type FormEvent, type ReactNode, useId } from "react";
import { formError } from "@/components/api";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { NoticeLine } from "@/components/ui/notice-line";

type FormDialogProps = {
  title: string;
  description?: string;
  submitLabel: string;
  error: Error | null;
  isBusy: boolean;
  onSubmit: (form: FormData) => void;
  onClose: () => void;
  children: ReactNode;
};

/** A dialog with one form in it. */
export function FormDialog({
  title,
  description,
  submitLabel,
  error,
  isBusy,
  onSubmit,
  onClose,
  children,
}: FormDialogProps) {
  const id = useId();
  const failure = formError(error);

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    onSubmit(new FormData(event.currentTarget));
  }

  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={title}
      description={description}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={id} variant="primary" isBusy={isBusy}>
            {submitLabel}
          </Button>
        </>
      }
    >
      <form id={id} onSubmit={submit} className="flex flex-col gap-4">
        {failure && <NoticeLine tone="danger">{failure}</NoticeLine>}
        {children}
      </form>
    </Dialog>
  );
}
