"use client";

import { Slot } from "radix-ui/slot";
import { type FocusEvent, type PointerEvent, type ReactNode, useEffect, useState } from "react";
import { createPortal } from "react-dom";

const DELAY = 400;

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
  const middle = Math.min(Math.max(box.left + box.width / 2, 48), window.innerWidth - 48);
  return (
    <div
      aria-hidden
      style={{ left: middle, top: isLow ? box.top - 6 : box.bottom + 6, translate: isLow ? "-50% -100%" : "-50% 0" }}
      className="pointer-events-none fixed z-60 max-w-72 animate-fade whitespace-nowrap rounded-sm bg-ink px-2 py-1 text-canvas text-xs"
    >
      {text}
    </div>
  );
}
