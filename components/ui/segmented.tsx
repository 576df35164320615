"use client";

import * as ToggleGroup from "radix-ui/toggle-group";
import type { ReactNode } from "react";

type SegmentedProps<T extends string> = {
  value: T;
  onChange: (value: T) => void;
  options: readonly { value: T; label: ReactNode; name?: string }[];
  "aria-label": string;
};

export function Segmented<T extends string>({ value, onChange, options, ...rest }: SegmentedProps<T>) {
  return (
    <ToggleGroup.Root
      {...rest}
      type="single"
      value={value}
      onValueChange={(next) => next && onChange(next as T)}
      className="inline-flex rounded-md border bg-sunken p-0.5"
    >
      {options.map((option) => (
        <ToggleGroup.Item
          key={option.value}
          value={option.value}
          aria-label={option.name}
          className="inline-flex h-7 items-center gap-1.5 whitespace-nowrap rounded-sm px-2.5 text-muted text-sm hover:text-ink data-[state=on]:bg-raised data-[state=on]:text-ink data-[state=on]:shadow-[0_0_0_1px_var(--line)] [&_svg]:size-4"
        >
          {option.label}
        </ToggleGroup.Item>
      ))}
    </ToggleGroup.Root>
  );
}
