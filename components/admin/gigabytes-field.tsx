import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";

const GIGABYTE = 1_000_000_000;

type GigabytesFieldProps = { label: string; name: string; bytes: number | null; isRequired?: boolean };

/** An amount of storage; where it is not required, empty means no limit. */
export function GigabytesField({ label, name, bytes, isRequired = false }: GigabytesFieldProps) {
  const hint = isRequired ? "In gigabytes." : "In gigabytes. Without one, the disk is the limit.";
  return (
    <Field label={label} hint={hint}>
      <Input
        name={name}
        type="number"
        min="0.001"
        step="any"
        inputMode="decimal"
        defaultValue={bytes === null ? "" : bytes / GIGABYTE}
        required={isRequired}
        placeholder={isRequired ? undefined : "No limit"}
        className="max-w-40"
      />
    </Field>
  );
}

/** The bytes that were typed, or null. */
export function gigabytesOf(form: FormData, name: string): number | null {
  const text = String(form.get(name) ?? "").trim();
  return text === "" ? null : Math.round(Number(text) * GIGABYTE);
}
