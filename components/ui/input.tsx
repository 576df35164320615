"use client";

import type { ComponentProps } from "react";
import { cn } from "@/components/ui/cn";
import { useFieldControl } from "@/components/ui/field";

/** The look that text inputs, selects and text areas share. */
export const FIELD_LOOK =
  "w-full min-w-0 rounded-md border border-field-line bg-surface px-3 text-base text-ink transition-colors duration-100 hover:border-muted focus-visible:border-accent focus-visible:outline-2 focus-visible:outline-offset-0 disabled:opacity-60 aria-invalid:border-danger max-md:text-lg";

export function Input({ className, ...rest }: ComponentProps<"input">) {
  return <input {...useFieldControl()} className={cn(FIELD_LOOK, "h-9", className)} {...rest} />;
}
