import type { ReactNode } from "react";
import { Badge, type Tone } from "@/components/ui/badge";

type KeyLinesProps = {
  name: string;
  standing: { label: string; tone: Tone };
  fingerprint: string;
  /** When it was used. */
  children: ReactNode;
};

/** A key: the fingerprint has the whole width, since people compare it letter by letter. */
export function KeyLines({ name, standing, fingerprint, children }: KeyLinesProps) {
  return (
    <>
      <p className="flex flex-wrap items-center gap-x-2">
        <span className="min-w-0 break-all font-medium">{name}</span>
        <Badge tone={standing.tone}>{standing.label}</Badge>
      </p>
      <p className="mt-0.5 break-all font-mono text-xs">{fingerprint}</p>
      <p className="text-muted text-sm">{children}</p>
    </>
  );
}
