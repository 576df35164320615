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

const PROOF = ["signature", "keyid", "shown"];
const SHOWN = new Map<unknown, string>([
  ["secret", "it named the secret of the share"],
  ["token", "it named the token of the invite"],
]);

/** By what a message of another cloud was believed; empty for what was done here. */
export function proofWords({ signature, keyid, shown }: AuditView["detail"]): string {
  if (typeof signature !== "string") return "";
  if (signature !== "none") return `Signed with ${signature}, key ${keyid}`;
  return `Not signed: ${SHOWN.get(shown) ?? "unsigned messages of this provider are taken"}`;
}

/** What else was written down, such as `Role: viewer`; ids tell nobody anything. */
export function detailWords(detail: AuditView["detail"]): string {
  const tells = ([name, value]: [string, unknown]) =>
    !PROOF.includes(name) && !(typeof value === "string" && ID.test(value));
  const told = Object.entries(detail).filter(tells);
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
