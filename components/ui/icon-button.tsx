"use client";

import type { ComponentProps, ReactNode } from "react";
import { cn } from "@/components/ui/cn";
import { Tooltip } from "@/components/ui/tooltip";

export type IconButtonProps = Omit<ComponentProps<"button">, "children"> & {
  /** Its accessible name, shown as a tooltip. */
  label: string;
  children: ReactNode;
  size?: "sm" | "md";
  hasTooltip?: boolean;
};

export function IconButton({
  label,
  children,
  size = "md",
  hasTooltip = true,
  className,
  type = "button",
  ...rest
}: IconButtonProps) {
  const button = (
    <button
      aria-label={label}
      type={type}
      className={cn(
        "relative inline-flex shrink-0 items-center justify-center rounded-md text-muted transition-colors duration-100 hover:bg-hover hover:text-ink active:bg-pressed",
        "disabled:pointer-events-none disabled:opacity-50 aria-pressed:bg-accent-soft aria-pressed:text-accent-text data-[state=open]:bg-hover [&_svg]:size-4",
        size === "sm" ? "size-7" : "size-9",
        className,
      )}
      {...rest}
    >
      {children}
    </button>
  );
  return hasTooltip ? <Tooltip text={label}>{button}</Tooltip> : button;
}
