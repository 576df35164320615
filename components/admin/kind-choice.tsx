import { KINDS } from "@/components/admin/provider-words";
import { Checkbox } from "@/components/ui/checkbox";
import { RefusedKind } from "@/lib/trust/schema";

/** What may pass: what is not ticked is refused. */
export function KindChoice({
  refused,
  onChange,
}: {
  refused: RefusedKind[];
  onChange: (kinds: RefusedKind[]) => void;
}) {
  return (
    <fieldset>
      <legend className="mb-2 font-medium text-sm">New shares that pass</legend>
      <div className="grid grid-cols-2 gap-2">
        {RefusedKind.options.map((kind) => (
          <Checkbox
            key={kind}
            label={KINDS[kind]}
            checked={!refused.includes(kind)}
            onChange={(passes) => onChange(passes ? refused.filter((one) => one !== kind) : [...refused, kind])}
          />
        ))}
      </div>
    </fieldset>
  );
}
