"use client";

import { AuditCloud } from "@/components/admin/audit-cloud";
import type { AuditTyped } from "@/components/admin/audit-filter";
import { inWords } from "@/components/admin/audit-words";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { SearchBox } from "@/components/ui/search-box";
import { Select } from "@/components/ui/select";

const ANY = "any";

type AuditFiltersProps = { typed: AuditTyped; onChange: (typed: AuditTyped) => void; actions: string[] };

export function AuditFilters({ typed, onChange, actions }: AuditFiltersProps) {
  const set = (name: keyof AuditTyped) => (value: string) => onChange({ ...typed, [name]: value });
  const options = [
    { value: ANY, label: "Anything" },
    ...actions.map((action) => ({ value: action, label: inWords(action) })),
  ];
  return (
    <div className="mb-4 grid grid-cols-2 gap-3 lg:grid-cols-5">
      <SearchBox
        label="Search the audit trail"
        placeholder="Person, cloud or any word"
        value={typed.search}
        onChange={set("search")}
        className="col-span-2 lg:col-span-5"
      />
      <Field label="What was done">
        <Select
          value={typed.action || ANY}
          onChange={(action) => set("action")(action === ANY ? "" : action)}
          options={options}
        />
      </Field>
      <Field label="By whom">
        <Input
          value={typed.actor}
          onChange={(event) => set("actor")(event.target.value)}
          placeholder="Name or cloud"
          autoComplete="off"
        />
      </Field>
      <AuditCloud value={typed.provider} onChange={set("provider")} />
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
