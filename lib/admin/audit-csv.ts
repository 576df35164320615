import type { AuditView } from "./schema";

const COLUMNS = ["at", "action", "actor", "subject", "subjectName", "provider", "signature", "keyid", "detail"];

/** The entries as CSV, line by line. @see RFC 4180 */
export async function* auditCsv(entries: AsyncIterable<AuditView>): AsyncGenerator<string> {
  yield csvLine(COLUMNS);
  for await (const { at, action, actor, subject, detail } of entries) {
    const { signature, keyid, ...more } = detail;
    const proof = [signature, keyid].map((value) => (typeof value === "string" ? value : null));
    const { kind, name, provider } = subject;
    yield csvLine([at, action, actor.name, kind, name, provider, ...proof, JSON.stringify(more)]);
  }
}

/** One line. What a spreadsheet would take for a formula gets an apostrophe in front, and is shown as it is. */
export function csvLine(values: readonly (string | null)[]): string {
  return `${values.map(csvValue).join(",")}\r\n`;
}

function csvValue(value: string | null): string {
  const text = value ?? "";
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
