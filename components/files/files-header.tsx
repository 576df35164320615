"use client";

import { FolderPlus } from "lucide-react";
import { Breadcrumb } from "@/components/files/breadcrumb";
import { SearchFiles } from "@/components/files/search-files";
import { UploadButton } from "@/components/files/upload/upload-button";
import { IconButton } from "@/components/ui/icon-button";

export function FilesHeader({ canWrite, onNewFolder }: { canWrite: boolean; onNewFolder: () => void }) {
  return (
    <header className="flex min-h-14 shrink-0 items-center gap-2 px-4 md:px-6">
      <Breadcrumb />
      <SearchFiles />
      {canWrite && (
        <div className="flex shrink-0 items-center gap-1.5">
          <IconButton label="New folder" onClick={onNewFolder}>
            <FolderPlus />
          </IconButton>
          <UploadButton />
        </div>
      )}
    </header>
  );
}
