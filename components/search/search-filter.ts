import { startOfDay } from "@/components/admin/audit-words";
import { urlOf } from "@/components/api";
import { FileKind } from "@/lib/files/schema";

/** What is chosen on the page of the search, as its address holds it; empty: anything. */
export type Asked = { q: string; kind: string; changed: string; from: string; until: string; owner: string };
export type Filter = Partial<Record<"q" | "kind" | "from" | "until" | "owner" | "sharedBy", string>>;

export const RANGE = "range";
/** Days back that each choice of the time reaches; what was changed today is no day back. */
export const DAYS: Record<string, number> = { today: 0, week: 7, month: 30, year: 365 };

/** A choice of the owner that is the name of somebody. */
const BY = "by:";
export const ownerNamed = (name: string) => `${BY}${name}`;

export function askedOf(params: { get(name: string): string | null }): Asked {
  const read = (name: keyof Asked) => params.get(name) ?? "";
  return {
    q: read("q"),
    kind: read("kind"),
    changed: read("changed"),
    from: read("from"),
    until: read("until"),
    owner: read("owner"),
  };
}

/** The address of the page that shows this. */
export function searchHref(asked: Partial<Asked>): string {
  const given = Object.entries(asked).filter(([, value]) => value !== "");
  return urlOf("/search", Object.fromEntries(given));
}

/** What the API is asked for; the reader's own days count, and both ends of a range are meant to be in it. */
export function filterOf({ q, kind, changed, from, until, owner }: Asked, today: string): Filter {
  const days = DAYS[changed];
  const isRange = changed === RANGE;
  return {
    q: q.trim().slice(0, 200) || undefined,
    kind: FileKind.safeParse(kind).data,
    from: isRange ? dayOf(from) : days === undefined ? undefined : startOfDay(today, -days),
    until: isRange ? dayOf(until, 1) : undefined,
    owner: owner === "me" || owner === "others" ? owner : undefined,
    sharedBy: owner.startsWith(BY) ? owner.slice(BY.length) : undefined,
  };
}

/** An address can hold a day that there is not. */
const dayOf = (day: string, plusDays = 0) =>
  /^\d{4}-\d\d-\d\d$/.test(day) && !Number.isNaN(Date.parse(day)) ? startOfDay(day, plusDays) : undefined;

/** Whether anything is asked at all. */
export const isEmpty = (filter: Filter): boolean => Object.values(filter).every((value) => value === undefined);

/** The reader's present day, as a date input writes it. */
export function currentDay(now = new Date()): string {
  const two = (value: number) => String(value).padStart(2, "0");
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}
