import { Button } from "@/components/ui/button";
import { CloudSquare } from "@/components/ui/cloud-badge";
import { formatCount } from "@/components/ui/format";
import type { NamedCloud } from "@/lib/trust/schema";

const MOST = 6;

type CloudChoiceProps = {
  clouds: NamedCloud[];
  /** What is typed into the box for one's own cloud finds them by name and domain. */
  typed: string;
  onChoose: (provider: string) => void;
  isGoing: (provider: string) => boolean;
};

/** The clouds among which the own one may be. */
export function CloudChoice({ clouds, typed, onChoose, isGoing }: CloudChoiceProps) {
  const term = typed.trim().toLowerCase();
  const found = clouds.filter(({ provider, name }) => `${name}\n${provider}`.toLowerCase().includes(term));
  if (found.length === 0) return null;
  return (
    <div>
      <ul aria-label="Clouds to choose from" className="flex flex-col gap-2">
        {found.slice(0, MOST).map(({ provider, name }) => (
          <li key={provider}>
            <Button onClick={() => onChoose(provider)} isBusy={isGoing(provider)} className="w-full justify-start">
              <CloudSquare provider={provider} />
              <span className="truncate">{name}</span>
              {name !== provider && <span className="truncate font-normal text-muted">{provider}</span>}
            </Button>
          </li>
        ))}
      </ul>
      {found.length > MOST && (
        <p className="mt-2 text-muted text-sm">
          Type a part of its name to find {formatCount(found.length - MOST, "more", "more")}.
        </p>
      )}
    </div>
  );
}
