"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { GigabytesField, gigabytesOf } from "@/components/admin/gigabytes-field";
import { policiesQuery } from "@/components/admin/queries";
import { Field } from "@/components/ui/field";
import { formatSize } from "@/components/ui/format";
import { Select } from "@/components/ui/select";
import type { Quota } from "@/lib/identity/schema";

type Kind = "default" | "unlimited" | "own";

/** How much a person may store: as everyone, without a limit, or a limit of one's own. */
export function QuotaField({ quota = null }: { quota?: Quota }) {
  const [kind, setKind] = useState<Kind>(quota === null ? "default" : quota === "unlimited" ? "unlimited" : "own");
  const { data: policies } = useQuery(policiesQuery);
  const usual = policies && (policies.defaultQuota === null ? "no limit" : formatSize(policies.defaultQuota));

  return (
    <>
      <Field label="Storage">
        <Select
          value={kind}
          onChange={setKind}
          className="max-w-72"
          options={[
            { value: "default", label: usual ? `As everyone (${usual})` : "As everyone" },
            { value: "unlimited", label: "No limit but the disk" },
            { value: "own", label: "Another limit" },
          ]}
        />
      </Field>
      <input type="hidden" name="quotaKind" value={kind} />
      {kind === "own" && (
        <GigabytesField label="Limit" name="quota" bytes={typeof quota === "number" ? quota : null} isRequired />
      )}
    </>
  );
}

/** What was chosen. */
export function quotaOf(form: FormData): Quota {
  const kind = form.get("quotaKind");
  if (kind === "unlimited") return "unlimited";
  return kind === "own" ? gigabytesOf(form, "quota") : null;
}
