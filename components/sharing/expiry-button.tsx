"use client";

import { CalendarClock } from "lucide-react";
import * as Popover from "radix-ui/popover";
import { useState } from "react";
import { dayOf, endOfDay } from "@/components/sharing/words";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { formatDate } from "@/components/ui/format";
import { Input } from "@/components/ui/input";

type ExpiryButtonProps = { name: string; expiresAt: string | null; onChange: (expiresAt: string | null) => void };

/** Until when a share lasts, changed on the spot. */
export function ExpiryButton({ name, expiresAt, onChange }: ExpiryButtonProps) {
  const [isOpen, setOpen] = useState(false);
  const [day, setDay] = useState(dayOf(expiresAt));

  function toggle(opens: boolean) {
    setDay(dayOf(expiresAt));
    setOpen(opens);
  }
  function decide(chosen: string | null) {
    onChange(chosen);
    setOpen(false);
  }

  return (
    <Popover.Root open={isOpen} onOpenChange={toggle}>
      <Popover.Trigger asChild>
        <button
          type="button"
          className="inline-flex h-7 items-center gap-1.5 rounded-sm px-1.5 text-muted text-sm hover:bg-hover hover:text-ink"
        >
          <CalendarClock aria-hidden className="size-3.5" />
          {expiresAt ? `Ends ${formatDate(expiresAt, Date.now())}` : "No end"}
          <span className="sr-only"> for {name}, change</span>
        </button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          sideOffset={4}
          collisionPadding={8}
          aria-label={`When the share with ${name} ends`}
          className="z-50 flex w-64 animate-rise flex-col gap-3 rounded-md border bg-raised p-3 shadow-pop outline-none"
        >
          <Field label="Ends after">
            <Input type="date" value={day} onChange={(event) => setDay(event.target.value)} />
          </Field>
          <div className="flex justify-end gap-2">
            <Button size="sm" variant="ghost" disabled={expiresAt === null} onClick={() => decide(null)}>
              No end
            </Button>
            <Button size="sm" variant="primary" disabled={day === ""} onClick={() => decide(endOfDay(day))}>
              Set
            </Button>
          </div>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
