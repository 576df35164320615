import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";

type NumberFieldProps = {
  label: string;
  name: string;
  value: number | null;
  max: number;
  hint?: string;
  error?: string | undefined;
  /** Empty means no limit, and says so. */
  isOptional?: boolean;
};

/** A whole number from one on. */
export function NumberField({ label, name, value, max, hint, error, isOptional = false }: NumberFieldProps) {
  return (
    <Field label={label} hint={hint} error={error}>
      <Input
        name={name}
        type="number"
        min={1}
        max={max}
        defaultValue={value ?? ""}
        required={!isOptional}
        placeholder={isOptional ? "No limit" : undefined}
        className="max-w-40"
      />
    </Field>
  );
}

/** The number that was typed, or null. */
export function numberOf(form: FormData, name: string): number | null {
  const text = String(form.get(name) ?? "").trim();
  return text === "" ? null : Number(text);
}
