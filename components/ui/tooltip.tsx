"use client";

import { Slot } from "radix-ui/slot";
import { type CSSProperties, type FocusEvent, type PointerEvent, type ReactNode, useEffect, useState } from "react";
import { createPortal } from "react-dom";

const DELAY = 400;
/** Half of the widest tip, and the air beside it. */
const MOST_ASIDE = 152;

/** The name of a control at the pointer or the focus. Hidden from screen readers, which read the name itself. */
export function Tooltip({ text, children }: { text: ReactNode; children: ReactNode }) {
  const [target, setTarget] = useState<Element | null>(null);
  const [box, setBox] = useState<DOMRect | null>(null);

  useEffect(() => {
    if (!target) return setBox(null);
    const timer = setTimeout(() => setBox(target.getBoundingClientRect()), DELAY);
    return () => clearTimeout(timer);
  }, [target]);

  const leave = () => setTarget(null);
  return (
    <>
      <Slot
        onPointerEnter={(event: PointerEvent) => event.pointerType === "mouse" && setTarget(event.currentTarget)}
        onPointerLeave={leave}
        onPointerDown={leave}
        onFocus={(event: FocusEvent) => event.target.matches(":focus-visible") && setTarget(event.currentTarget)}
        onBlur={leave}
      >
        {children}
      </Slot>
      {box && createPortal(<Tip text={text} box={box} />, document.body)}
    </>
  );
}

function Tip({ text, box }: { text: ReactNode; box: DOMRect }) {
  const isLow = box.bottom > window.innerHeight - 48;
  return (
    <div
      aria-hidden
      style={{ ...sidewise(box), ...(isLow ? { bottom: window.innerHeight - box.top + 6 } : { top: box.bottom + 6 }) }}
      className="pointer-events-none fixed z-60 w-max max-w-72 animate-fade break-words rounded-sm bg-ink px-2 py-1 text-canvas text-xs"
    >
      {text}
    </div>
  );
}

/** Under the middle of the control, or flush with its outer edge where the window ends. */
function sidewise(box: DOMRect): CSSProperties {
  const middle = box.left + box.width / 2;
  if (middle < MOST_ASIDE) return { left: Math.max(box.left, 8) };
  if (middle > window.innerWidth - MOST_ASIDE) return { right: Math.max(window.innerWidth - box.right, 8) };
  return { left: middle, translate: "-50%" };
}
