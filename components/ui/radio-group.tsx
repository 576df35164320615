"use client";

import * as Radix from "radix-ui/radio-group";
import { useId } from "react";
import { useFieldControl } from "@/components/ui/field";

type RadioGroupProps<T extends string> = {
  value: T;
  onChange: (value: T) => void;
  options: readonly { value: T; label: string; hint?: string }[];
  "aria-label": string;
};

export function RadioGroup<T extends string>({ value, onChange, options, ...rest }: RadioGroupProps<T>) {
  const id = useId();
  return (
    <Radix.Root
      {...useFieldControl()}
      {...rest}
      value={value}
      onValueChange={(next) => onChange(next as T)}
      className="flex flex-col gap-3"
    >
      {options.map((option) => (
        <div key={option.value} className="flex items-start gap-2.5">
          <Radix.Item
            id={`${id}-${option.value}`}
            value={option.value}
            className="mt-0.5 flex size-4 shrink-0 items-center justify-center rounded-full border border-field-line bg-surface data-[state=checked]:border-accent data-[state=checked]:bg-accent"
          >
            <Radix.Indicator className="size-1.5 rounded-full bg-on-accent" />
          </Radix.Item>
          <label htmlFor={`${id}-${option.value}`}>
            {option.label}
            {option.hint && <span className="block text-muted text-sm">{option.hint}</span>}
          </label>
        </div>
      ))}
    </Radix.Root>
  );
}
