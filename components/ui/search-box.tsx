import { Search } from "lucide-react";
import { cn } from "@/components/ui/cn";
import { Input } from "@/components/ui/input";

type SearchBoxProps = {
  /** Its accessible name. */
  label: string;
  /** What can be typed. */
  placeholder: string;
  value: string;
  onChange: (value: string) => void;
  className?: string;
};

/** The box above a list that narrows it. */
export function SearchBox({ label, placeholder, value, onChange, className }: SearchBoxProps) {
  return (
    <div className={cn("relative", className)}>
      <Search aria-hidden className="absolute start-3 top-2.5 size-4 text-faint" />
      <Input
        type="search"
        aria-label={label}
        placeholder={placeholder}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        className="ps-9"
      />
    </div>
  );
}
