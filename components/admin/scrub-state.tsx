import { formatCount, formatSize } from "@/components/ui/format";
import { NoticeLine } from "@/components/ui/notice-line";
import { Progress } from "@/components/ui/progress";
import { Time } from "@/components/ui/time";
import type { StorageView } from "@/lib/files/schema";

type ScrubStateProps = { days: number; round: StorageView["round"] };

/** How far the files have been read again. */
export function ScrubState({ days, round }: ScrubStateProps) {
  if (days === 0) {
    return <NoticeLine tone="warning">It is turned off by the settings of the server (SCRUB_DAYS).</NoticeLine>;
  }
  if (!round) return <p className="text-muted">It begins within ten minutes.</p>;
  const { startedAt, finishedAt, failure, blobs, allBlobs, bytes, allBytes } = round;
  const often = days === 1 ? "every day" : `every ${days} days`;
  return (
    <div className="space-y-3">
      {failure && (
        <NoticeLine tone="danger">
          It stands still, and nobody has been told of any loss. {failure} It is tried again every ten minutes.
        </NoticeLine>
      )}
      <p data-testid="scrub-state">
        {finishedAt ? (
          <>
            All {formatCount(blobs, "file", "files")} ({formatSize(bytes)}) were read, the last of them{" "}
            <Time iso={finishedAt} />. The next round begins in time.
          </>
        ) : (
          <>
            {formatCount(blobs, "file", "files")} of {allBlobs.toLocaleString()} read ({formatSize(bytes)} of{" "}
            {formatSize(allBytes)}) since <Time iso={startedAt} />.
          </>
        )}
      </p>
      {!finishedAt && <Progress value={bytes} max={Math.max(1, allBytes)} label="Read in this round" />}
      <p className="text-muted text-sm">
        Each file has its turn {often}. Contents that several files share count once.
      </p>
    </div>
  );
}
