/** Sizes, dates and counts in the reader's language. `undefined` as locale: what the browser says. */

const made = new Map<string, unknown>();

/** A formatter is costly to make and cheap to use, and a list that is scrolled through uses hundreds a second. */
function kept<T>(key: string, make: () => T): T {
  if (!made.has(key)) made.set(key, make());
  return made.get(key) as T;
}

const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte", "petabyte"] as const;

/** Nothing where it is not known. */
export function formatSize(bytes: number | null, locale?: string): string {
  if (bytes === null) return "";
  const step = bytes < 1 ? 0 : Math.min(Math.floor(Math.log(bytes) / Math.log(1000)), UNITS.length - 1);
  const value = bytes / 1000 ** step;
  const digits = step === 0 || value >= 100 ? 0 : 1;
  const make = () =>
    new Intl.NumberFormat(locale, {
      style: "unit",
      unit: UNITS[step] ?? "byte",
      unitDisplay: step === 0 ? "long" : "short",
      maximumFractionDigits: digits,
    });
  return kept(`size ${locale} ${step} ${digits}`, make).format(value);
}

const DAY = 86_400_000;
const STEPS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", DAY],
  ["hour", 3_600_000],
  ["minute", 60_000],
];

/** "5 minutes ago", "yesterday", "in 3 days"; beyond a week the date. */
export function formatRelative(iso: string, now: number, locale?: string): string {
  const distance = Date.parse(iso) - now;
  if (Math.abs(distance) > 7 * DAY) return formatDate(iso, now, locale);
  const [unit, length] = STEPS.find(([, step]) => Math.abs(distance) >= step) ?? ["second", 1000];
  if (unit === "second" && Math.abs(distance) < 45_000) return "just now";
  return kept(`relative ${locale}`, () => new Intl.RelativeTimeFormat(locale, { numeric: "auto" })).format(
    unit === "second" ? Math.sign(distance) : Math.round(distance / length),
    unit === "second" ? "minute" : unit,
  );
}

/** "3 May", with the year when it is not this one. */
export function formatDate(iso: string, now: number, locale?: string): string {
  const date = new Date(iso);
  const isThisYear = date.getFullYear() === new Date(now).getFullYear();
  const make = () =>
    new Intl.DateTimeFormat(locale, {
      day: "numeric",
      month: "short",
      ...(isThisYear ? {} : { year: "numeric" }),
    });
  return kept(`date ${locale} ${isThisYear}`, make).format(date);
}

/** Day and minute, for tooltips and details. */
export function formatMoment(iso: string, locale?: string): string {
  const make = () => new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });
  return kept(`moment ${locale}`, make).format(new Date(iso));
}

export function formatCount(count: number, one: string, other: string, locale?: string): string {
  const word = new Intl.PluralRules(locale).select(count) === "one" ? one : other;
  return `${new Intl.NumberFormat(locale).format(count)} ${word}`;
}
