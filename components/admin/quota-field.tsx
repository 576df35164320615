"use client";

import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";

const GIGABYTE = 1_000_000_000;

/** Storage in gigabytes; empty means no limit. */
export function QuotaField({ quota, label = "Storage" }: { quota?: number | null; label?: string }) {
  return (
    <Field label={label} hint="In gigabytes. Leave it empty for no limit but the disk." isOptional>
      <Input
        name="quota"
        type="number"
        min="0.001"
        step="any"
        inputMode="decimal"
        defaultValue={quota ? quota / GIGABYTE : ""}
        className="max-w-40"
      />
    </Field>
  );
}

/** The bytes that were typed, or null. */
export function quotaOf(form: FormData): number | null {
  const text = String(form.get("quota") ?? "").trim();
  return text === "" ? null : Math.round(Number(text) * GIGABYTE);
}
