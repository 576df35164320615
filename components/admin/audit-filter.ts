import { startOfDay } from "@/components/admin/audit-words";
import { urlOf } from "@/components/api";
import type { AuditFilter } from "@/lib/admin/schema";

const NOTHING_TYPED = { action: "", actor: "", provider: "", search: "", from: "", until: "" };
/** What is typed and chosen on the page of the audit trail, as its address holds it; empty: anything. */
export type AuditTyped = typeof NOTHING_TYPED;

export function typedOf(params: { get(name: string): string | null }): AuditTyped {
  const entries = Object.keys(NOTHING_TYPED).map((name) => [name, params.get(name) ?? ""]);
  return { ...NOTHING_TYPED, ...Object.fromEntries(entries) };
}

/** The address of the page that shows this. */
export function auditHref(typed: Partial<AuditTyped>): string {
  return urlOf("/admin/audit", Object.fromEntries(Object.entries(typed).filter(([, value]) => value !== "")));
}

/** What was typed as the API takes it: both days are meant to be included. */
export function filterOf({ from, until, ...words }: AuditTyped): AuditFilter {
  const given = Object.entries(words).flatMap(([name, value]) => (value.trim() ? [[name, value.trim()]] : []));
  return { ...Object.fromEntries(given), from: dayOf(from), until: dayOf(until, 1) };
}

/** An address can hold a day that there is not. */
const dayOf = (day: string, plusDays = 0) =>
  Number.isNaN(Date.parse(`${day}T00:00:00`)) ? undefined : startOfDay(day, plusDays);
