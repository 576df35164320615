"use client";

import { Slot } from "radix-ui/slot";
import { lazy, type ReactNode, Suspense, useState } from "react";
import type { MenuAction } from "@/components/ui/menu-action";

const load = () => import("@/components/ui/opened-menu");
const OpenedMenu = lazy(() => load().then((part) => ({ default: part.OpenedMenu })));

type MenuProps = {
  /** One button, which opens it. */
  trigger: ReactNode;
  actions: MenuAction[];
  /** Above the actions, such as whose menu it is. */
  header?: ReactNode;
  align?: "start" | "end";
  side?: "top" | "bottom";
};

/** A button with a menu. Until it is first pressed there is nothing but the button: lists have many of them. */
export function Menu({ trigger, actions, header, align = "end", side = "bottom" }: MenuProps) {
  const [state, setState] = useState<"untouched" | "open" | "closed">("untouched");
  const button = (
    <Slot
      aria-haspopup="menu"
      aria-expanded={false}
      onPointerEnter={() => void load()}
      onClick={() => setState("open")}
    >
      {trigger}
    </Slot>
  );
  if (state === "untouched") return button;
  return (
    <Suspense fallback={button}>
      <OpenedMenu
        anchor={trigger}
        actions={actions}
        header={header}
        align={align}
        side={side}
        isOpen={state === "open"}
        onChange={(isOpen) => setState(isOpen ? "open" : "closed")}
      />
    </Suspense>
  );
}
