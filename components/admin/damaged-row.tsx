import { Badge } from "@/components/ui/badge";
import { formatSize } from "@/components/ui/format";
import { ListRow } from "@/components/ui/list";
import { Time } from "@/components/ui/time";
import type { DamagedFileView } from "@/lib/files/schema";

const KINDS: Record<DamagedFileView["kind"], string> = { missing: "Missing", damaged: "Damaged" };

export function DamagedRow({ file }: { file: DamagedFileView }) {
  return (
    <ListRow data-testid="damaged-row" end={<Badge tone="danger">{KINDS[file.kind]}</Badge>}>
      <p className="break-words font-medium">
        {file.path}
        {file.isFormer && <span className="font-normal text-muted"> (an earlier version)</span>}
      </p>
      <p className="break-words text-muted text-sm">
        {file.displayName} ({file.userName}), {formatSize(file.size)}, found <Time iso={file.foundAt} />
      </p>
    </ListRow>
  );
}
