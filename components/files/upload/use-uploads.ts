"use client";

import { useSyncExternalStore } from "react";
import type { Unfinished } from "@/components/files/upload/kept-uploads";
import { noUnfinished, shownUnfinished, subscribeUnfinished } from "@/components/files/upload/unfinished";
import type { Upload } from "@/components/files/upload/upload";
import { noUploads, shownUploads, subscribeUploads } from "@/components/files/upload/upload-list";

export function useUploads(): readonly Upload[] {
  return useSyncExternalStore(subscribeUploads, shownUploads, () => noUploads);
}

export function useUnfinished(): readonly Unfinished[] {
  return useSyncExternalStore(subscribeUnfinished, shownUnfinished, () => noUnfinished);
}
