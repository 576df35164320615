"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { type Asked, ownerNamed, RANGE } from "@/components/search/search-filter";
import { receivedSharesQuery } from "@/components/sharing/queries";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";

/** Radix takes an empty value for none at all. */
const ANY = "any";
const KINDS = [
  { value: ANY, label: "Any kind" },
  { value: "folder", label: "Folders" },
  { value: "image", label: "Images" },
  { value: "text", label: "Text" },
  { value: "pdf", label: "PDF" },
  { value: "office", label: "Office documents" },
  { value: "audio", label: "Audio" },
  { value: "video", label: "Video" },
];
const TIMES = [
  { value: ANY, label: "Any time" },
  { value: "today", label: "Today" },
  { value: "week", label: "Last 7 days" },
  { value: "month", label: "Last 30 days" },
  { value: "year", label: "Last 12 months" },
  { value: RANGE, label: "From … until …" },
];
const LOOK = "h-8! w-auto! max-w-60 rounded-full!";

type SearchFiltersProps = { asked: Asked; onChange: (asked: Asked) => void };

/** What narrows the search: the kind, when it was changed, and whose it is. */
export function SearchFilters({ asked, onChange }: SearchFiltersProps) {
  const { data } = useInfiniteQuery(receivedSharesQuery);
  const accepted = data?.pages.flatMap((page) => page.items).filter(({ state }) => state === "accepted") ?? [];
  const givers = [...new Set(accepted.map(({ senderName }) => senderName))].sort((a, b) => a.localeCompare(b));
  const owners = [
    { value: ANY, label: "Anybody’s" },
    { value: "me", label: "Mine" },
    { value: "others", label: "Shared with me" },
    ...givers.map((name) => ({ value: ownerNamed(name), label: `Shared by ${name}` })),
  ];
  const set = (name: keyof Asked) => (value: string) => onChange({ ...asked, [name]: value === ANY ? "" : value });
  return (
    <div className="mb-4 flex flex-wrap items-center gap-2">
      <Select aria-label="Kind" value={asked.kind || ANY} onChange={set("kind")} options={KINDS} className={LOOK} />
      <Select
        aria-label="Changed"
        value={asked.changed || ANY}
        onChange={set("changed")}
        options={TIMES}
        className={LOOK}
      />
      <Select aria-label="Owner" value={asked.owner || ANY} onChange={set("owner")} options={owners} className={LOOK} />
      {asked.changed === RANGE && (
        <span className="flex flex-wrap items-center gap-2">
          <Day label="From" value={asked.from} max={asked.until} onChange={set("from")} />
          <Day label="Until" value={asked.until} min={asked.from} onChange={set("until")} />
        </span>
      )}
    </div>
  );
}

type DayProps = { label: string; value: string; min?: string; max?: string; onChange: (day: string) => void };

function Day({ label, onChange, ...rest }: DayProps) {
  return (
    <Input
      type="date"
      aria-label={label}
      onChange={(event) => onChange(event.target.value)}
      className="h-8! w-auto!"
      {...rest}
    />
  );
}
