import type { ReactNode } from "react";
import { formatCount } from "@/components/ui/format";
import type { ImportPlan } from "@/lib/trust/schema";

type Named = ImportPlan["added"][number];

/** What a list would change. */
export function ImportPreview({ plan: { added, present, blocked, bad } }: { plan: ImportPlan }) {
  return (
    <div className="flex flex-col gap-4">
      {added.length === 0 && <p>There is nothing new in it that can be trusted.</p>}
      {added.length > 0 && (
        <Part title={`${formatCount(added.length, "cloud becomes", "clouds become")} trusted`}>
          {added.map(nameLine)}
        </Part>
      )}
      {present > 0 && <p>{formatCount(present, "cloud is", "clouds are")} trusted already.</p>}
      {blocked.length > 0 && (
        <Part title={`${formatCount(blocked.length, "cloud stays", "clouds stay")} blocked`}>
          {blocked.map(nameLine)}
        </Part>
      )}
      {bad.length > 0 && (
        <Part title={`${formatCount(bad.length, "entry is", "entries are")} left out`}>
          {bad.map(({ entry, label, reason }) => (
            <li key={entry} className="break-words">
              Entry {entry}
              {label && ` (${label})`}: {reason}
            </li>
          ))}
        </Part>
      )}
    </div>
  );
}

function nameLine({ provider, name }: Named) {
  return (
    <li key={provider} className="break-words">
      {provider}
      {name !== provider && <span className="text-muted">, {name}</span>}
    </li>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title}>
      <h3 className="font-medium">{title}</h3>
      <ul className="mt-1 text-sm">{children}</ul>
    </section>
  );
}
