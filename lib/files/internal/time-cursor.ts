import { invalid } from "@/lib/core/errors";
import { isId } from "@/lib/core/ids";

/** Where a page ends in what is ordered by a time and, within one, by id. */
export type TimeCursor = { at: Date; id: string };

/** JavaScript knows times that PostgreSQL does not; nothing here is from before 1970 or after the year 9999. */
const LATEST_MS = Date.UTC(9999, 11, 31);

export const writeTimeCursor = ({ at, id }: TimeCursor) => `${at.getTime()}_${id}`;

/** @throws PAGE_INVALID */
export function readTimeCursor(text: string): TimeCursor {
  const [time = "", id = ""] = text.split("_");
  const ms = time === "" ? Number.NaN : Number(time);
  if (!(ms >= 0 && ms <= LATEST_MS) || !isId(id)) throw invalid("PAGE_INVALID", "There is no such page.");
  return { at: new Date(ms), id };
}
