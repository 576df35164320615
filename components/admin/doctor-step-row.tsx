import { CircleAlert, CircleCheck, CircleDashed, type LucideIcon, Minus, TriangleAlert } from "lucide-react";
import { cn } from "@/components/ui/cn";
import { Spinner } from "@/components/ui/spinner";
import { type DoctorStep, type StepId, titleOf } from "@/lib/admin/doctor/schema";

const LOOKS: Record<DoctorStep["state"], { icon: LucideIcon; look: string; words: string }> = {
  ok: { icon: CircleCheck, look: "text-success-text", words: "fine" },
  warning: { icon: TriangleAlert, look: "text-warning-text", words: "to look at" },
  failed: { icon: CircleAlert, look: "text-danger-text", words: "failed" },
  skipped: { icon: Minus, look: "text-faint", words: "not tried" },
};

type DoctorStepRowProps = { id: StepId; step: DoctorStep | undefined; isRunning: boolean };

export function DoctorStepRow({ id, step, isRunning }: DoctorStepRowProps) {
  const { icon: Icon, look, words } = step ? LOOKS[step.state] : { icon: CircleDashed, look: "text-faint", words: "" };
  return (
    <li data-testid="doctor-step" className="flex gap-3 px-4 py-3" aria-busy={isRunning || undefined}>
      {isRunning ? (
        <Spinner className="mt-0.5 shrink-0 text-muted" />
      ) : (
        <Icon aria-hidden className={cn("mt-0.5 size-4 shrink-0", look)} />
      )}
      <div className="grid min-w-0 flex-1 gap-x-6 gap-y-1 md:grid-cols-[9rem_minmax(0,1fr)]">
        <h2 className={cn("font-medium", !step && "text-muted")}>
          {titleOf(id)}
          {words && <span className="sr-only">, {words}</span>}
        </h2>
        {step && <Findings step={step} />}
      </div>
    </li>
  );
}

function Findings({ step: { seen, meaning, state, here, there } }: { step: DoctorStep }) {
  return (
    <div className="min-w-0">
      <p className={cn(state === "failed" && "font-medium", state === "skipped" && "text-muted")}>{meaning}</p>
      {seen.length > 0 && (
        <ul className="mt-0.5 text-muted text-sm" dir="ltr">
          {seen.map((line) => (
            <li key={line} className="break-words">
              {line}
            </li>
          ))}
        </ul>
      )}
      {(here || there) && (
        <dl className="mt-2 grid gap-x-4 gap-y-1 rounded-md bg-sunken px-3 py-2 text-sm sm:grid-cols-[max-content_minmax(0,1fr)]">
          {here && <Mend whose="On your side" how={here} />}
          {there && <Mend whose="On the other side" how={there} />}
        </dl>
      )}
    </div>
  );
}

function Mend({ whose, how }: { whose: string; how: string }) {
  return (
    <>
      <dt className="font-medium text-muted">{whose}</dt>
      <dd className="break-words max-sm:mb-1">{how}</dd>
    </>
  );
}
