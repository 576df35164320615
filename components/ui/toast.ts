import type { ExternalToast } from "sonner";

type Options = Pick<ExternalToast, "action" | "duration">;

/** Says something in passing. The library behind it is loaded when there is something to say for the first time. */
export function toast(text: string, options?: Options): void {
  void shown().then((sonner) => sonner.toast(text, options));
}

/** The same for what went wrong: announced at once, and it stays longer. */
toast.error = (text: string, options?: Options): void => {
  void shown().then((sonner) => sonner.toast.error(text, { duration: 10_000, ...options }));
};

/** The same in the words of an error: what is told when something asked for has failed. */
toast.failed = (error: Error): void => toast.error(error.message);

/** The same for what goes on: it stays until it is put away, and may say something else meanwhile. */
toast.lasting = (text: string, options?: Options): { say: (text: string) => void; putAway: () => void } => {
  const lasting = { ...options, duration: Number.POSITIVE_INFINITY };
  let isOver = false;
  const toasted = shown().then(({ toast: show }) => ({ show, id: show(text, lasting) }));
  return {
    say: (next) => void toasted.then(({ show, id }) => isOver || show(next, { ...lasting, id })),
    putAway() {
      isOver = true;
      void toasted.then(({ show, id }) => show.dismiss(id));
    },
  };
};

/** What was asked for is done: no different from any other message. */
toast.success = toast;

const listeners = new Set<() => void>();
let isWanted = false;

/** Told when the place for messages is needed. */
export function subscribeToasts(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const areToastsWanted = () => isWanted;

async function shown() {
  isWanted = true;
  for (const listener of listeners) listener();
  return import("sonner");
}
