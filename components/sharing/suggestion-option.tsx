"use client";

import { InviteHere } from "@/components/sharing/invite-here";
import { isGroup, type Picked } from "@/components/sharing/picked-person";
import { Badge } from "@/components/ui/badge";
import { Person } from "@/components/ui/person";

type SuggestionOptionProps = {
  id: string;
  choice: Picked;
  isCurrent: boolean;
  onPick: () => void;
  onPoint: () => void;
};

const KNOWN_AS = { contact: "Contact", person: "On this cloud", group: "Group", address: "Cloud address" };

export function SuggestionOption({ id, choice, isCurrent, onPick, onPoint }: SuggestionOptionProps) {
  return (
    // The box above has the focus and hears the keys.
    // biome-ignore lint/a11y/useKeyWithClickEvents: see above
    // biome-ignore lint/a11y/useFocusableInteractive: see above
    <div
      id={id}
      role="option"
      aria-selected={isCurrent}
      data-testid="suggestion"
      onClick={onPick}
      onPointerMove={onPoint}
      className="flex items-center gap-3 rounded-sm px-2 py-1.5 aria-selected:bg-hover"
    >
      <Person
        name={choice.name}
        provider={choice.provider}
        mail={choice.mail}
        isGroup={isGroup(choice)}
        isVerified={choice.isVerified}
        className="flex-1"
      />
      <Badge>{KNOWN_AS[choice.recipient.kind]}</Badge>
    </div>
  );
}

type NobodyFitsProps = { text: string; isSearching: boolean; isMe: boolean; what: string };

/** What one can do when the box finds nobody. */
export function NobodyFits({ text, isSearching, isMe, what }: NobodyFitsProps) {
  if (isMe) return <p className="text-muted text-sm">That is your own address.</p>;
  if (text !== "" && isSearching) return <p className="h-9 animate-late py-2 text-muted text-sm">Searching…</p>;
  return (
    <div className="flex flex-wrap items-center justify-between gap-2">
      <p role="status" className="text-muted text-sm">
        {text === "" ? "People on any cloud, not only this one." : `Nobody you know is called “${text}”.`}
      </p>
      <InviteHere
        note={text === "" ? `To share “${what}”` : `${text}, to share “${what}”`}
        variant={text === "" ? "ghost" : "secondary"}
      >
        Invite someone
      </InviteHere>
    </div>
  );
}
