"use client";

import * as RadixTabs from "radix-ui/tabs";
import type { ReactNode } from "react";

type TabsProps = {
  tabs: readonly { value: string; label: ReactNode; content: ReactNode }[];
  value?: string;
  onChange?: (value: string) => void;
  "aria-label": string;
};

export function Tabs({ tabs, value, onChange, ...rest }: TabsProps) {
  const root = value === undefined ? { defaultValue: tabs[0]?.value ?? "" } : { value };
  return (
    <RadixTabs.Root {...root} {...(onChange ? { onValueChange: onChange } : {})} className="flex min-h-0 flex-col">
      <RadixTabs.List {...rest} className="flex gap-5 border-b">
        {tabs.map((tab) => (
          <RadixTabs.Trigger
            key={tab.value}
            value={tab.value}
            className="-mb-px border-transparent border-b-2 py-2 font-medium text-muted text-sm hover:text-ink data-[state=active]:border-accent data-[state=active]:text-ink"
          >
            {tab.label}
          </RadixTabs.Trigger>
        ))}
      </RadixTabs.List>
      {tabs.map((tab) => (
        <RadixTabs.Content key={tab.value} value={tab.value} className="min-h-0 flex-1 overflow-y-auto pt-4">
          {tab.content}
        </RadixTabs.Content>
      ))}
    </RadixTabs.Root>
  );
}
