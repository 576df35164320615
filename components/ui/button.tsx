import { Slot } from "radix-ui/slot";
import type { ComponentProps } from "react";
import { cn } from "@/components/ui/cn";
import { Spinner } from "@/components/ui/spinner";

const VARIANTS = {
  primary: "bg-accent text-on-accent hover:bg-accent-hover",
  secondary: "border border-line-strong bg-surface text-ink hover:bg-hover active:bg-pressed",
  ghost: "text-ink hover:bg-hover active:bg-pressed",
  danger: "bg-danger text-on-danger hover:bg-danger-hover",
};
const SIZES = { sm: "h-7 px-2.5 text-sm gap-1.5", md: "h-9 px-3.5 gap-2" };

export type ButtonProps = ComponentProps<"button"> & {
  variant?: keyof typeof VARIANTS;
  size?: keyof typeof SIZES;
  /** Shows that it works on it, and takes no second press. */
  isBusy?: boolean;
  /** The look of a button on its only child, such as a link. */
  asChild?: boolean;
};

export function Button({
  variant = "secondary",
  size = "md",
  isBusy = false,
  asChild = false,
  className,
  children,
  disabled,
  type = "button",
  ...rest
}: ButtonProps) {
  const look = cn(
    "inline-flex shrink-0 select-none items-center justify-center whitespace-nowrap rounded-md font-medium transition-colors duration-100",
    "disabled:pointer-events-none disabled:opacity-50 [&_svg]:size-4 [&_svg]:shrink-0",
    VARIANTS[variant],
    SIZES[size],
    className,
  );
  if (asChild) {
    return (
      <Slot className={look} {...rest}>
        {children}
      </Slot>
    );
  }
  return (
    <button className={look} disabled={disabled || isBusy} aria-busy={isBusy || undefined} type={type} {...rest}>
      {isBusy && <Spinner />}
      {children}
    </button>
  );
}
