import { formatCount } from "@/components/ui/format";
import type { ProviderDay } from "@/lib/trust/schema";

const date = (day: string) =>
  new Date(`${day}T00:00:00Z`).toLocaleDateString(undefined, { day: "numeric", month: "short", timeZone: "UTC" });

/** A row a day: the bar is for the eye, the numbers say the same. */
export function ProviderDays({ days }: { days: ProviderDay[] }) {
  if (days.length === 0) return <p className="text-muted">This cloud has not asked it for anything in thirty days.</p>;
  return (
    <ul className="flex flex-col gap-2" aria-label="Answers by day">
      {days.map(({ day, answered, failed, latency, failure }) => (
        <li
          key={day}
          className="grid grid-cols-[3.5rem_minmax(0,1fr)] items-start gap-x-3 text-sm tabular-nums sm:grid-cols-[3.5rem_6rem_5.5rem_4rem_minmax(0,1fr)]"
        >
          <time dateTime={day}>{date(day)}</time>
          <Bar share={answered / (answered + failed)} />
          <p className="col-span-2 flex flex-wrap gap-x-3 text-muted sm:contents">
            <span className="sm:text-end sm:text-muted">{formatCount(answered, "answer", "answers")}</span>
            <span className="sm:text-end sm:text-muted">{latency !== null && `${latency} ms`}</span>
            {failed > 0 && (
              <span className="min-w-0 break-words text-warning-text">
                {formatCount(failed, "failure", "failures")}
                {failure && `: ${failure}`}
              </span>
            )}
          </p>
        </li>
      ))}
    </ul>
  );
}

function Bar({ share }: { share: number }) {
  return (
    <div aria-hidden className="mt-1.5 flex h-2 overflow-hidden rounded-full bg-warning-text">
      <div className="bg-accent" style={{ width: `${share * 100}%` }} />
    </div>
  );
}
