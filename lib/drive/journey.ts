import { AppError, conflict, isAppError } from "@/lib/core/errors";
import { watchAllowed } from "@/lib/core/watch-allowed";
import type { Entry, TreePath } from "@/lib/files/tree";

/** Something that has come over, as it was when it was read. */
export type Carried = { path: TreePath; kind: Entry["kind"]; etag: string };

export type Conditions = {
  /** The source will go, so all of it must come. */
  isMove?: boolean;
  signal?: AbortSignal;
  /** Throws once whoever asked may no longer read the one or write the other. */
  stillAllowed?: () => Promise<void>;
};

/** What is under way from one tree to another. */
export type Journey = {
  isMove: boolean;
  carried: Carried[];
  stillAllowed: () => Promise<void>;
  /** Aborts when whoever asked went away or may no longer, and when it takes too long. */
  signal: AbortSignal;
  end: () => void;
};

/** Another cloud may answer with folders without end. */
const MAX_CARRIED = 50_000;
const MAX_MINUTES = 60;

export function startJourney({ isMove = false, signal, stillAllowed = async () => {} }: Conditions): Journey {
  const watch = watchAllowed(stillAllowed);
  const stops = [AbortSignal.timeout(MAX_MINUTES * 60_000), watch.signal, ...(signal ? [signal] : [])];
  return { isMove, carried: [], stillAllowed, signal: AbortSignal.any(stops), end: watch.end };
}

/** Called before each thing that is carried. @throws TOO_MUCH, TOO_LONG, CANCELLED and what `stillAllowed` throws */
export async function requireToGoOn({ carried, signal, stillAllowed }: Journey): Promise<void> {
  if (signal.aborted) throw whyStopped(signal);
  await stillAllowed();
  if (carried.length < MAX_CARRIED) return;
  const number = MAX_CARRIED.toLocaleString("en");
  throw conflict("TOO_MUCH", `These are more than ${number} files and folders. Take them in smaller parts.`);
}

/** What to say when the signal stopped it. */
export function whyStopped({ reason }: AbortSignal): AppError {
  if (isAppError(reason)) return reason;
  const isLate = reason instanceof Error && reason.name === "TimeoutError";
  if (!isLate) return conflict("CANCELLED", "This was stopped before it was done. Nothing has changed.");
  const message = `This took longer than ${MAX_MINUTES} minutes and was stopped. Take it in smaller parts.`;
  return new AppError(504, "TOO_LONG", message, { cause: reason });
}
