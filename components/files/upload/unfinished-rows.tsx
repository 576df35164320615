"use client";

import { FolderOpen, X } from "lucide-react";
import { type ChangeEvent, useId } from "react";
import { EntryIcon } from "@/components/files/entry-icon";
import { MiddleTruncated } from "@/components/files/middle-truncated";
import { forgetUpload, type Unfinished } from "@/components/files/upload/kept-uploads";
import { startUploads } from "@/components/files/upload/send-uploads";
import { removeUnfinished } from "@/components/files/upload/unfinished";
import { formatSize } from "@/components/ui/format";
import { IconButton } from "@/components/ui/icon-button";
import { toast } from "@/components/ui/toast";

export function UnfinishedRows({ unfinished }: { unfinished: readonly Unfinished[] }) {
  return unfinished.map((one) => <UnfinishedRow key={one.key} unfinished={one} />);
}

/** A page cannot open a file again by itself: the person has to point to it. */
function UnfinishedRow({ unfinished }: { unfinished: Unfinished }) {
  const { key, name, folder, size, sent } = unfinished;
  const inputId = useId();

  function onChange({ target }: ChangeEvent<HTMLInputElement>) {
    const file = target.files?.[0];
    target.value = "";
    if (!file) return;
    if (!isSame(unfinished, file)) {
      toast.error(`This is not the “${name}” whose upload was interrupted: it has another name, size or date.`);
      return;
    }
    removeUnfinished(key);
    startUploads(folder, [{ file, folders: [] }]);
  }
  function forget() {
    removeUnfinished(key);
    void forgetUpload(key);
  }

  return (
    <li className="flex min-h-12 items-center gap-3 py-1.5 ps-4 pe-2">
      <EntryIcon entry={{ kind: "file", mediaType: null }} />
      <div className="min-w-0 flex-1">
        <p className="text-sm">
          <MiddleTruncated name={name} />
        </p>
        <p className="text-muted text-xs">
          {formatSize(sent)} of {formatSize(size)} arrived. Choose the file again to go on.
        </p>
      </div>
      <div className="flex shrink-0">
        <IconButton label={`Choose ${name} again`} size="sm" onClick={() => document.getElementById(inputId)?.click()}>
          <FolderOpen />
        </IconButton>
        <IconButton label={`Give up ${name}`} size="sm" onClick={forget}>
          <X />
        </IconButton>
      </div>
      <input id={inputId} type="file" hidden aria-label={`${name} once more`} onChange={onChange} />
    </li>
  );
}

const isSame = ({ name, size, modifiedAt }: Unfinished, file: File) =>
  file.name === name && file.size === size && file.lastModified === modifiedAt;
