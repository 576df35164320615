"use client";

import { useSyncExternalStore } from "react";
import type { Upload } from "@/components/files/upload/upload";
import { currentUploads, noUploads, subscribeUploads } from "@/components/files/upload/upload-list";

export function useUploads(): readonly Upload[] {
  return useSyncExternalStore(subscribeUploads, currentUploads, () => noUploads);
}
