"use client";

import { useDeferredValue, useEffect, useState } from "react";

/** A text of this length is shown as it is typed; a longer one when the typing pauses. */
const SHORT = 20_000;
const PAUSE_MS = 400;

/** A text that changes with every key, as often as showing it anew keeps up with. */
export function useCalmText(text: string | null): string | null {
  const [calm, setCalm] = useState(text);
  const pause = text === null || text.length <= SHORT ? 0 : PAUSE_MS;
  useEffect(() => {
    const timer = setTimeout(() => setCalm(text), pause);
    return () => clearTimeout(timer);
  }, [text, pause]);
  return useDeferredValue(calm);
}
