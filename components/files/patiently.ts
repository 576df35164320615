import { toast } from "@/components/ui/toast";

const SAYS_SO_AFTER = 2_000;

type Work<T> = (signal: AbortSignal, say: (words: string) => void) => Promise<T>;

/**
 * Does what may take its time, because of its size or of another cloud: after a while it says so, and one need not wait
 * for it. `words` is what goes on, as in “Moving 3 items…”; the work may say in other words how far it is.
 */
export async function patiently<T>(words: string, work: Work<T>): Promise<T> {
  const stopping = new AbortController();
  const stop = () => stopping.abort(new Error("You stopped waiting. Look again in a while: it may be done after all."));
  let latest = words;
  let shown: ReturnType<typeof toast.lasting> | undefined;
  const tell = () => {
    shown = toast.lasting(latest, { action: { label: "Stop waiting", onClick: stop } });
  };
  const timer = setTimeout(tell, SAYS_SO_AFTER);
  const say = (next: string) => {
    latest = next;
    shown?.say(next);
  };
  try {
    return await work(stopping.signal, say);
  } finally {
    clearTimeout(timer);
    shown?.putAway();
  }
}
