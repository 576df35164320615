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
  /** On a page that is for nothing else: one can type at once. */
  isFocused?: boolean;
  className?: string;
};

/** The box above a list that narrows it. */
export function SearchBox({ label, placeholder, value, onChange, isFocused, className }: SearchBoxProps) {
  return (
    <div className={cn("relative", className)}>
      <Search aria-hidden className="absolute start-3 top-2.5 size-4 text-faint" />
      <Input
        type="search"
        aria-label={label}
        placeholder={placeholder}
        value={value}
        autoFocus={isFocused}
        onChange={(event) => onChange(event.target.value)}
        // Each letter narrows already: a form around it is not to be sent.
        onKeyDown={(event) => event.key === "Enter" && event.preventDefault()}
        // Browsers draw the cross that empties it in their own blue.
        className="ps-9 [&::-webkit-search-cancel-button]:opacity-60 [&::-webkit-search-cancel-button]:grayscale"
      />
    </div>
  );
}
