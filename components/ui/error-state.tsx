"use client";

import { TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "@/components/ui/button";

type ErrorStateProps = { error: Error; onRetry?: () => void; title?: string; children?: ReactNode };

/** A list or page that could not be shown: what happened, and the way on. */
export function ErrorState({ error, onRetry, title = "This could not be loaded", children }: ErrorStateProps) {
  return (
    <div role="alert" className="mx-auto flex max-w-96 flex-col items-center px-4 py-16 text-center">
      <span className="mb-4 flex size-12 items-center justify-center rounded-lg bg-warning-soft text-warning-text">
        <TriangleAlert aria-hidden className="size-5" strokeWidth={1.75} />
      </span>
      <h2 className="font-semibold">{title}</h2>
      <p className="mt-1 text-balance text-muted">{error.message}</p>
      <div className="mt-4 flex flex-wrap justify-center gap-2">
        {onRetry && <Button onClick={onRetry}>Try again</Button>}
        {children}
      </div>
    </div>
  );
}
