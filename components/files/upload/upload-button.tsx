"use client";

import { FileUp, FolderUp, Upload } from "lucide-react";
import { type ChangeEvent, useRef } from "react";
import { addUploads } from "@/components/files/upload/add-uploads";
import { readChosen } from "@/components/files/upload/read-dropped";
import { usePlace } from "@/components/files/use-place";
import { Button } from "@/components/ui/button";
import { Menu } from "@/components/ui/menu";

export function UploadButton() {
  const { path } = usePlace();
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);

  function onChange(event: ChangeEvent<HTMLInputElement>) {
    if (event.target.files) void addUploads(path, readChosen(event.target.files));
    event.target.value = "";
  }

  return (
    <>
      <Menu
        trigger={
          <Button variant="primary">
            <Upload aria-hidden />
            Upload
          </Button>
        }
        actions={[
          { label: "Files…", icon: FileUp, onSelect: () => files.current?.click() },
          { label: "A folder…", icon: FolderUp, onSelect: () => folder.current?.click() },
        ]}
      />
      <input
        ref={files}
        type="file"
        multiple
        hidden
        aria-label="Files to upload"
        data-testid="upload-files"
        onChange={onChange}
      />
      <input
        ref={folder}
        type="file"
        hidden
        aria-label="Folder to upload"
        {...{ webkitdirectory: "" }}
        onChange={onChange}
      />
    </>
  );
}
