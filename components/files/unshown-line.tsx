import { formatCount } from "@/components/ui/format";
import { NoticeLine } from "@/components/ui/notice-line";
import type { SourceView } from "@/lib/drive/schema";

/** That there is more in a folder of another cloud than can be shown under the names it has there. */
export function UnshownLine({ count, from }: { count: number; from: SourceView | null }) {
  const names = formatCount(count, "thing here has a name", "things here have names");
  return (
    <NoticeLine className="mx-4 mb-2 md:mx-6">
      {names} that cannot be shown. Nothing is lost: {from ? `${from.senderName} still has it` : "it is still there"},
      and another name would show it here.
    </NoticeLine>
  );
}
