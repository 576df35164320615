"use client";

import { DropZone } from "@/components/files/drop-zone";
import { FilesDialogs } from "@/components/files/files-dialogs";
import { FilesHeader } from "@/components/files/files-header";
import { FolderContents } from "@/components/files/folder-contents";
import { useFilesActions } from "@/components/files/use-files-actions";
import { useFolder } from "@/components/files/use-folder";
import { usePasteKey } from "@/components/files/use-paste-key";
import { usePlace } from "@/components/files/use-place";

export function FilesScreen() {
  const { path } = usePlace();
  const { folder, from } = useFolder(path);
  const canWrite = folder?.canWrite ?? false;
  const files = useFilesActions({ path, from, canWrite });
  usePasteKey(files.paste);
  return (
    <DropZone folder={path} canWrite={canWrite}>
      <FilesHeader files={files} />
      {/* A folder's cursor, selection and place in the list are its own. */}
      <FolderContents key={path} path={path} files={files} />
      <FilesDialogs path={path} files={files} />
    </DropZone>
  );
}
