"use client";

import type { ComponentProps } from "react";
import { cn } from "@/components/ui/cn";
import { useFieldControl } from "@/components/ui/field";
import { FIELD_LOOK } from "@/components/ui/input";

export function Textarea({ className, rows = 3, ...rest }: ComponentProps<"textarea">) {
  return (
    <textarea rows={rows} {...useFieldControl()} className={cn(FIELD_LOOK, "resize-y py-2", className)} {...rest} />
  );
}
