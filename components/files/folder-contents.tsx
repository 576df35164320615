"use client";

import { FolderOpen, Upload } from "lucide-react";
import { EditorOfPlace } from "@/components/files/edit/editor-of-place";
import { FileList } from "@/components/files/file-list";
import { FolderProblem } from "@/components/files/folder-problem";
import { FolderWaiting } from "@/components/files/folder-waiting";
import { FreshnessLine } from "@/components/files/freshness-line";
import { PreviewOfPlace } from "@/components/files/preview/preview-of-place";
import { SharedFolderLine } from "@/components/files/shared-folder-line";
import { UnshownLine } from "@/components/files/unshown-line";
import { UploadButton } from "@/components/files/upload/upload-button";
import type { FilesActions } from "@/components/files/use-files-actions";
import { useFolder } from "@/components/files/use-folder";
import { usePlace } from "@/components/files/use-place";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { NoticeLine } from "@/components/ui/notice-line";

type FolderContentsProps = { path: string; files: FilesActions };

/** A folder, and the file of it that is open. */
export function FolderContents({ path, files }: FolderContentsProps) {
  const { folder, from, entries } = useFolder(path);
  const { isEditing } = usePlace();
  return (
    <>
      <FolderStates path={path} files={files} />
      {/* Whoever writes is not interrupted when the folder goes. */}
      {isEditing && <EditorOfPlace entries={entries} from={from} isListed={folder !== undefined} />}
      {!isEditing && folder && <PreviewOfPlace entries={entries} files={files} />}
    </>
  );
}

/** A folder in each of its states. */
function FolderStates({ path, files }: FolderContentsProps) {
  const {
    folder,
    from,
    unshown,
    seenAt,
    entries,
    error,
    isPending,
    isStopped,
    refetch,
    hasNextPage,
    fetchNextPage,
    isFetchingNextPage,
  } = useFolder(path);
  if (error && !folder) return <FolderProblem path={path} error={error} onRetry={() => void refetch()} />;
  if (isPending || !folder) return <FolderWaiting path={path} isStopped={isStopped} onRetry={() => void refetch()} />;
  return (
    <>
      {from && <SharedFolderLine from={from} />}
      {from?.provider && <FreshnessLine key={path} path={path} seenAt={seenAt} problem={from.problem} />}
      {error && (
        <NoticeLine
          tone="warning"
          className="mx-4 mb-2 md:mx-6"
          action={
            <Button size="sm" onClick={() => void refetch()}>
              Try again
            </Button>
          }
        >
          {error.message} You see it as it was before.
        </NoticeLine>
      )}
      {from && unshown > 0 && <UnshownLine count={unshown} from={from} />}
      {entries.length === 0 ? (
        <EmptyState
          icon={folder.canWrite ? Upload : FolderOpen}
          title={unshown > 0 ? "Nothing here that can be shown" : "Nothing here yet"}
          action={folder.canWrite && <UploadButton />}
        >
          {folder.canWrite
            ? "Drop files or whole folders anywhere on this page, or choose them."
            : "When something is put into this folder, it appears here."}
        </EmptyState>
      ) : (
        <FileList
          path={path}
          entries={entries}
          files={files}
          hasMore={hasNextPage}
          onMore={() => {
            if (!isFetchingNextPage) void fetchNextPage();
          }}
        />
      )}
    </>
  );
}
