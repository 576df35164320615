import { Time } from "@/components/ui/time";

const MINUTE = 60_000;

/** When something is tried again, which may be due already. */
export function NextTry({ at }: { at: string }) {
  return Date.parse(at) - Date.now() < MINUTE ? "in a moment" : <Time iso={at} />;
}
