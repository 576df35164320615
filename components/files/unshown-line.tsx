import { formatCount } from "@/components/ui/format";
import { NoticeLine } from "@/components/ui/notice-line";
import type { SourceView } from "@/lib/drive/schema";

/** That there is more in a folder of another cloud than can be shown under the names it has there. */
export function UnshownLine({ count, from }: { count: number; from: SourceView }) {
  const things = formatCount(count, "thing here has a name", "things here have names");
  return (
    <NoticeLine className="mx-4 mb-2 md:mx-6">
      {things} that cannot be shown. Nothing is lost: ask {from.senderName} to rename what is missing.
    </NoticeLine>
  );
}
