"use client";

import { ClipboardPaste, Plus } from "lucide-react";
import { Breadcrumb } from "@/components/files/breadcrumb";
import { folderActions } from "@/components/files/folder-actions";
import { SearchFiles } from "@/components/files/search-files";
import { UploadButton } from "@/components/files/upload/upload-button";
import type { FilesActions } from "@/components/files/use-files-actions";
import { IconButton } from "@/components/ui/icon-button";
import { Menu } from "@/components/ui/menu";

export function FilesHeader({ files }: { files: FilesActions }) {
  return (
    <header className="flex min-h-14 shrink-0 items-center gap-2 px-4 md:px-6">
      <Breadcrumb />
      <SearchFiles />
      {files.canWrite && (
        <div className="flex shrink-0 items-center gap-1.5">
          {files.paste && (
            <IconButton label="Paste here" onClick={files.paste}>
              <ClipboardPaste />
            </IconButton>
          )}
          <Menu
            actions={folderActions(files)}
            trigger={
              <IconButton label="New" hasTooltip={false}>
                <Plus />
              </IconButton>
            }
          />
          <UploadButton />
        </div>
      )}
    </header>
  );
}
