import type { AuditView } from "@/lib/admin/schema";

/** An id, or an address of which the name is one. */
const ID = /^[0-9a-f]{8}(?:-?[0-9a-f]{4}){3}-?[0-9a-f]{12}(?:@|$)/;

/** The cloud at which a directory is; a cloud by itself stays as it is. */
export const hostOf = (cloud: string): string => (/^https?:/.test(cloud) ? new URL(cloud).host : cloud);

/** `provider-blocked` or `shareWith` as people write it. */
export function inWords(name: string): string {
  const words = name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`).replaceAll("-", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** What else was written down, such as `Role: viewer`; ids tell nobody anything. */
export function detailWords(detail: AuditView["detail"]): string {
  const told = Object.entries(detail).filter(([, value]) => !(typeof value === "string" && ID.test(value)));
  return told.map(([name, value]) => `${inWords(name)}: ${valueInWords(value)}`).join(" · ");
}

function valueInWords(value: unknown): string {
  if (value === null || value === "") return "none";
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (Array.isArray(value)) return value.map(valueInWords).join(", ");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** The instant at which a day of the reader begins that a date input names; `plusDays` later, if asked. */
export function startOfDay(day: string, plusDays = 0): string | undefined {
  if (day === "") return undefined;
  const date = new Date(`${day}T00:00:00`);
  date.setDate(date.getDate() + plusDays);
  return date.toISOString();
}
