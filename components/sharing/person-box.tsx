"use client";

import { Search } from "lucide-react";
import { type KeyboardEvent, useId, useState } from "react";
import type { Picked } from "@/components/sharing/picked-person";
import { NobodyFits, SuggestionOption } from "@/components/sharing/suggestion-option";
import { usePersonChoices } from "@/components/sharing/use-person-choices";
import { cn } from "@/components/ui/cn";
import { FIELD_LOOK } from "@/components/ui/input";

type PersonBoxProps = {
  label?: string;
  what: string;
  /** Whom one may pick, of those who are found; everybody if nothing is said. */
  takes?: (picked: Picked) => boolean;
  onPick: (picked: Picked) => void;
};

/** Takes a name, a mail address or a cloud address, and shows whom it means while one types. */
export function PersonBox({ label = "Share with a person", what, takes = () => true, onPick }: PersonBoxProps) {
  const id = useId();
  const [text, setText] = useState("");
  const [cursor, setCursor] = useState(0);
  const { choices: found, isSearching, isMe, error } = usePersonChoices(text);
  const choices = found.filter(takes);
  const current = Math.min(cursor, choices.length - 1);
  const isOpen = choices.length > 0;

  function onKeyDown(event: KeyboardEvent) {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    const choice = choices[current];
    if (step !== 0 && isOpen) setCursor((current + step + choices.length) % choices.length);
    else if (event.key === "Enter" && choice) onPick(choice);
    else return;
    event.preventDefault();
  }

  return (
    <div>
      <label htmlFor={id} className="mb-1.5 block font-medium text-sm">
        {label}
      </label>
      <div className="relative">
        <Search aria-hidden className="absolute start-3 top-2.5 size-4 text-faint" />
        <input
          id={id}
          // biome-ignore lint/a11y/noAutofocus: the dialog is opened to type a name
          autoFocus
          role="combobox"
          data-testid="person-box"
          aria-expanded={isOpen}
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-activedescendant={isOpen ? `${id}-${current}` : undefined}
          autoComplete="off"
          spellCheck={false}
          placeholder="Name, mail or cloud address"
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setCursor(0);
          }}
          onKeyDown={onKeyDown}
          className={cn(FIELD_LOOK, "h-9 ps-9")}
        />
      </div>
      <div
        id={`${id}-list`}
        role="listbox"
        aria-label="People"
        className={cn("mt-1.5 flex flex-col", isOpen && "rounded-md border p-1")}
      >
        {choices.map((choice, index) => (
          <SuggestionOption
            key={choice.recipient.kind === "address" ? "address" : choice.recipient.id}
            id={`${id}-${index}`}
            choice={choice}
            isCurrent={index === current}
            onPick={() => onPick(choice)}
            onPoint={() => setCursor(index)}
          />
        ))}
      </div>
      {error && <p className="text-danger-text text-sm">{error.message}</p>}
      {!error && !isOpen && <NobodyFits text={text.trim()} isSearching={isSearching} isMe={isMe} what={what} />}
    </div>
  );
}
