import { CircleAlert, Info, type LucideIcon, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { cn } from "@/components/ui/cn";

const TONES: Record<"info" | "warning" | "danger", { look: string; icon: LucideIcon }> = {
  info: { look: "bg-accent-softer text-ink", icon: Info },
  warning: { look: "bg-warning-soft text-warning-text", icon: TriangleAlert },
  danger: { look: "bg-danger-soft text-danger-text", icon: CircleAlert },
};

type NoticeLineProps = { tone?: keyof typeof TONES; children: ReactNode; action?: ReactNode; className?: string };

/** A sentence set apart from the text around it: a warning above a form, the answer of a server. */
export function NoticeLine({ tone = "info", children, action, className }: NoticeLineProps) {
  const { look, icon: Icon } = TONES[tone];
  return (
    <div
      role={tone === "danger" ? "alert" : undefined}
      className={cn("flex items-start gap-2.5 rounded-md px-3 py-2", look, className)}
    >
      <Icon aria-hidden className="mt-0.5 size-4 shrink-0" />
      <div className="min-w-0 flex-1 break-words">{children}</div>
      {action}
    </div>
  );
}
