"use client";

import { createContext, type ReactNode, use, useId } from "react";
import { cn } from "@/components/ui/cn";

type FieldControl = {
  id: string;
  "aria-describedby": string | undefined;
  "aria-invalid": true | undefined;
};
const FieldContext = createContext<FieldControl | null>(null);

/** What a control inside a Field must carry to belong to its label, hint and error. */
export function useFieldControl(): Partial<FieldControl> {
  return use(FieldContext) ?? {};
}

type FieldProps = {
  label: ReactNode;
  hint?: ReactNode;
  /** A sentence; shown instead of the hint. */
  error?: string | null | undefined;
  isOptional?: boolean;
  isLabelHidden?: boolean;
  className?: string;
  children: ReactNode;
};

export function Field({ label, hint, error, isOptional, isLabelHidden, className, children }: FieldProps) {
  const id = useId();
  const note = error ?? hint;
  const control: FieldControl = {
    id,
    "aria-describedby": note ? `${id}-note` : undefined,
    "aria-invalid": error ? true : undefined,
  };
  return (
    <div className={cn("flex min-w-0 flex-col gap-1.5", className)}>
      <label htmlFor={id} className={isLabelHidden ? "sr-only" : "font-medium text-sm"}>
        {label}
        {isOptional && <span className="ms-1.5 font-normal text-faint">optional</span>}
      </label>
      <FieldContext value={control}>{children}</FieldContext>
      {note && (
        <p
          id={`${id}-note`}
          className={cn("text-sm", error ? "text-danger-text" : "text-muted")}
          role={error ? "alert" : undefined}
        >
          {note}
        </p>
      )}
    </div>
  );
}
