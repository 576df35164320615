"use client";

import { useState } from "react";
import { Field } from "@/components/ui/field";
import { formatDate } from "@/components/ui/format";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";

type Length = "never" | "week" | "month" | "date";
const DAYS: Partial<Record<Length, number>> = { week: 7, month: 30 };

/** Until which day, as a date input writes it; empty: without end. */
export function LastDayField({ value, onChange }: { value: string; onChange: (day: string) => void }) {
  const [length, setLength] = useState<Length>(value === "" ? "never" : "date");

  function choose(next: Length) {
    setLength(next);
    const days = DAYS[next];
    if (days !== undefined || next === "never") onChange(days === undefined ? "" : dayIn(days));
  }

  return (
    <div className="flex flex-col gap-2">
      <Field label="Ends">
        <Select value={length} onChange={choose} options={options()} />
      </Field>
      {length === "date" && (
        <Input
          type="date"
          aria-label="Last day"
          value={value}
          min={dayIn(0)}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </div>
  );
}

function options(): { value: Length; label: string }[] {
  const after = (days: number) => formatDate(`${dayIn(days)}T12:00:00`, Date.now());
  return [
    { value: "never", label: "Never" },
    { value: "week", label: `In a week (${after(7)})` },
    { value: "month", label: `In a month (${after(30)})` },
    { value: "date", label: "On a day…" },
  ];
}

function dayIn(days: number): string {
  const day = new Date();
  day.setDate(day.getDate() + days);
  return day.toLocaleDateString("sv-SE");
}
