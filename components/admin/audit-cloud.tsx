"use client";

import { useQuery } from "@tanstack/react-query";
import { useDeferredValue, useId, useState } from "react";
import { auditedProvidersQuery } from "@/components/admin/queries";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";

/** Which other cloud, chosen from those that were heard of, or typed whole. While a name is typed nothing is asked for it. */
export function AuditCloud({ value, onChange }: { value: string; onChange: (provider: string) => void }) {
  const list = useId();
  const [typed, setTyped] = useState(value);
  const { data: providers = [] } = useQuery(auditedProvidersQuery(useDeferredValue(typed)));

  function type(next: string) {
    setTyped(next);
    if (next === "" || providers.includes(next)) onChange(next);
  }
  const choose = () => typed !== value && onChange(typed.trim());

  return (
    <Field label="Other cloud" className="max-lg:col-span-2">
      <Input
        list={list}
        value={typed}
        onChange={(event) => type(event.target.value)}
        onBlur={choose}
        onKeyDown={(event) => event.key === "Enter" && choose()}
        placeholder="Any"
        inputMode="url"
        autoCapitalize="none"
        autoComplete="off"
        spellCheck={false}
      />
      <datalist id={list}>
        {providers.map((provider) => (
          <option key={provider} value={provider} />
        ))}
      </datalist>
    </Field>
  );
}
