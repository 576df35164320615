"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useSyncExternalStore } from "react";
import { refreshFolders } from "@/components/files/queries";
import { totalOf, type Upload } from "@/components/files/upload/upload";
import { currentUploads, noUploads, subscribeUploads } from "@/components/files/upload/upload-store";

export function useUploads(): readonly Upload[] {
  return useSyncExternalStore(subscribeUploads, currentUploads, () => noUploads);
}

/** Shows what has arrived, and warns before the window closes over what has not. */
export function useUploadEffects(uploads: readonly Upload[]): void {
  const client = useQueryClient();
  const { done, active } = totalOf(uploads);
  const isBusy = active > 0;

  useEffect(() => {
    if (done === 0) return;
    // Many small files arrive in a burst: the list is fetched once after it, not for each.
    const timer = setTimeout(() => void refreshFolders(client), 300);
    return () => clearTimeout(timer);
  }, [done, client]);

  useEffect(() => {
    if (!isBusy) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", warn);
    return () => window.removeEventListener("beforeunload", warn);
  }, [isBusy]);
}
