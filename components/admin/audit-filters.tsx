"use client";

import { inWords, startOfDay } from "@/components/admin/audit-words";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { SearchBox } from "@/components/ui/search-box";
import { Select } from "@/components/ui/select";
import type { AuditFilter } from "@/lib/admin/schema";

const ANY = "any";
export const NOTHING_TYPED = { action: ANY, actor: "", search: "", from: "", until: "" };
export type AuditTyped = typeof NOTHING_TYPED;

/** What was typed as the API takes it: both days are meant to be included. */
export function filterOf({ action, actor, search, from, until }: AuditTyped): AuditFilter {
  return {
    action: action === ANY ? undefined : action,
    actor: actor.trim() || undefined,
    search: search.trim() || undefined,
    from: startOfDay(from),
    until: startOfDay(until, 1),
  };
}

type AuditFiltersProps = { typed: AuditTyped; onChange: (typed: AuditTyped) => void; actions: string[] };

export function AuditFilters({ typed, onChange, actions }: AuditFiltersProps) {
  const set = (name: keyof AuditTyped) => (value: string) => onChange({ ...typed, [name]: value });
  const options = [
    { value: ANY, label: "Anything" },
    ...actions.map((action) => ({ value: action, label: inWords(action) })),
  ];
  return (
    <div className="mb-4 grid grid-cols-2 gap-3 lg:grid-cols-4">
      <SearchBox
        label="Search the audit trail"
        placeholder="Person, cloud or any word"
        value={typed.search}
        onChange={set("search")}
        className="col-span-2 lg:col-span-4"
      />
      <Field label="What was done">
        <Select value={typed.action} onChange={set("action")} options={options} />
      </Field>
      <Field label="By whom">
        <Input
          value={typed.actor}
          onChange={(event) => set("actor")(event.target.value)}
          placeholder="Name or cloud"
          autoComplete="off"
        />
      </Field>
      <Field label="From">
        <Input type="date" value={typed.from} max={typed.until} onChange={(event) => set("from")(event.target.value)} />
      </Field>
      <Field label="Until">
        <Input
          type="date"
          value={typed.until}
          min={typed.from}
          onChange={(event) => set("until")(event.target.value)}
        />
      </Field>
    </div>
  );
}
