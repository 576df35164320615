import { Field } from "@/components/ui/field";
import { Select } from "@/components/ui/select";

type PolicyChoiceProps = {
  label: string;
  hint: string;
  words: { yes: string; no: string };
  /** Null: as the policies say. */
  value: boolean | null;
  onChange: (value: boolean | null) => void;
};

const VALUES = { policies: null, yes: true, no: false } as const;
type Name = keyof typeof VALUES;

/** What the policies say of all clouds, and an administrator otherwise of one. */
export function PolicyChoice({ label, hint, words, value, onChange }: PolicyChoiceProps) {
  const name = (Object.keys(VALUES) as Name[]).find((one) => VALUES[one] === value) ?? "policies";
  const options = [
    { value: "policies" as const, label: "As the policies say" },
    { value: "yes" as const, label: words.yes },
    { value: "no" as const, label: words.no },
  ];
  return (
    <Field label={label} hint={hint}>
      <Select value={name} onChange={(chosen) => onChange(VALUES[chosen])} options={options} />
    </Field>
  );
}
