import { toast } from "@/components/ui/toast";

const SAYS_SO_AFTER = 2_000;

/**
 * Does what may take its time, because of its size or of another cloud: after a while it says so, and one need not wait
 * for it. `words` is what goes on, as in “Moving 3 items…”.
 */
export async function patiently<T>(words: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stopping = new AbortController();
  const stop = () => stopping.abort(new Error("You stopped waiting. Look again in a while: it may be done after all."));
  let putAway = () => {};
  const timer = setTimeout(() => {
    putAway = toast.lasting(words, { action: { label: "Stop waiting", onClick: stop } });
  }, SAYS_SO_AFTER);
  try {
    return await work(stopping.signal);
  } finally {
    clearTimeout(timer);
    putAway();
  }
}
