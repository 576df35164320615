import { randomFillSync } from "node:crypto";

/** Random bytes for the next ids: asking the system for many at once costs as much as for a few. */
const random = Buffer.alloc(4096);
let used = random.length;

function randomBytes(count: number): Buffer {
  if (used + count > random.length) {
    randomFillSync(random);
    used = 0;
  }
  used += count;
  return Buffer.from(random.subarray(used - count, used));
}

/** A new UUID version 7 (RFC 9562, 5.7): rows sort by the time they were made. */
export function newId(now = Date.now()): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(now, 0, 6);
  bytes[6] = (bytes[6]! & 0x0f) | 0x70;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** The bound between the ids that were made before this moment and those from then on. */
export function firstIdAt(date: Date): string {
  const hex = date.getTime().toString(16).padStart(12, "0");
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`;
}

/** Whether the text has the form of an id of ours; PostgreSQL would answer anything else with an error. */
export function isId(text: string): boolean {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/.test(text);
}
