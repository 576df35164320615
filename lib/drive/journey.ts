import { AppError, conflict } from "@/lib/core/errors";
import type { Entry, TreePath } from "@/lib/files/tree";

/** Something that has come over, as it was when it was read. */
export type Carried = { path: TreePath; kind: Entry["kind"]; etag: string };

/** What is under way from one tree to another. */
export type Journey = {
  /** The source will go, so all of it must come. */
  isMove: boolean;
  carried: Carried[];
  /** Aborts when whoever asked went away, and when it takes too long. */
  signal: AbortSignal;
};

/** Another cloud may answer with folders without end. */
const MAX_CARRIED = 50_000;
const MAX_MINUTES = 60;

export function startJourney({ isMove = false, signal }: { isMove?: boolean; signal?: AbortSignal }): Journey {
  const limit = AbortSignal.timeout(MAX_MINUTES * 60_000);
  return { isMove, carried: [], signal: signal ? AbortSignal.any([signal, limit]) : limit };
}

/** Called before each thing that is carried. @throws TOO_MUCH, TOO_LONG, CANCELLED */
export function requireToGoOn({ carried, signal }: Journey): void {
  if (signal.aborted) throw whyStopped(signal);
  if (carried.length < MAX_CARRIED) return;
  const number = MAX_CARRIED.toLocaleString("en");
  throw conflict("TOO_MUCH", `These are more than ${number} files and folders. Take them in smaller parts.`);
}

/** What to say when the signal stopped it. */
export function whyStopped({ reason }: AbortSignal): AppError {
  const isLate = reason instanceof Error && reason.name === "TimeoutError";
  if (!isLate) return conflict("CANCELLED", "This was stopped before it was done. Nothing has changed.");
  const message = `This took longer than ${MAX_MINUTES} minutes and was stopped. Take it in smaller parts.`;
  return new AppError(504, "TOO_LONG", message, { cause: reason });
}
