"use client";

import { Check, ChevronDown } from "lucide-react";
import * as RadixSelect from "radix-ui/select";
import { cn } from "@/components/ui/cn";
import { useFieldControl } from "@/components/ui/field";
import { FIELD_LOOK } from "@/components/ui/input";

type SelectProps<T extends string> = {
  value: T;
  onChange: (value: T) => void;
  options: readonly { value: T; label: string; hint?: string }[];
  /** When no Field names it. */
  "aria-label"?: string;
  /** `plain` stands in a line of text: no border until one points at it. */
  look?: "field" | "plain";
  isDisabled?: boolean;
  className?: string;
};

export function Select<T extends string>({
  value,
  onChange,
  options,
  look = "field",
  isDisabled,
  className,
  ...rest
}: SelectProps<T>) {
  return (
    <RadixSelect.Root value={value} onValueChange={(next) => onChange(next as T)} disabled={isDisabled}>
      <RadixSelect.Trigger
        {...useFieldControl()}
        {...rest}
        className={cn(
          "inline-flex items-center justify-between gap-1.5 whitespace-nowrap text-start",
          look === "field"
            ? cn(FIELD_LOOK, "h-9 ps-3 pe-2.5")
            : "h-7 rounded-sm px-2 text-muted text-sm hover:bg-hover hover:text-ink data-[state=open]:bg-hover",
          className,
        )}
      >
        <RadixSelect.Value>{options.find((option) => option.value === value)?.label}</RadixSelect.Value>
        <ChevronDown aria-hidden className="size-3.5 shrink-0 text-faint" />
      </RadixSelect.Trigger>
      <RadixSelect.Portal>
        <RadixSelect.Content
          position="popper"
          sideOffset={4}
          collisionPadding={8}
          className="z-50 min-w-(--radix-select-trigger-width) max-w-80 animate-rise overflow-hidden rounded-md border bg-raised p-1 shadow-pop"
        >
          <RadixSelect.Viewport>
            {options.map((option) => (
              <RadixSelect.Item
                key={option.value}
                value={option.value}
                className="flex select-none items-start gap-2 rounded-sm py-1.5 ps-2 pe-3 outline-none data-[highlighted]:bg-hover"
              >
                <span className="flex h-5 w-4 shrink-0 items-center">
                  <RadixSelect.ItemIndicator>
                    <Check aria-hidden className="size-4 text-accent-text" />
                  </RadixSelect.ItemIndicator>
                </span>
                <span>
                  <RadixSelect.ItemText>{option.label}</RadixSelect.ItemText>
                  {option.hint && <span className="block text-faint text-sm">{option.hint}</span>}
                </span>
              </RadixSelect.Item>
            ))}
          </RadixSelect.Viewport>
        </RadixSelect.Content>
      </RadixSelect.Portal>
    </RadixSelect.Root>
  );
}
